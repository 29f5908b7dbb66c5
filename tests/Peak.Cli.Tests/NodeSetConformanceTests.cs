using System.Text.Json;

namespace Peak.Cli.Tests;

/// <summary>Recorded answers of ClusterShell's nodeset; docs/coming-from-clustershell.md has the exceptions and their reasons.</summary>
public class NodeSetConformanceTests
{
    // A group that there is not, and a configuration of which one source is faulty: the others answer.
    private static readonly string[] Decided = ["cli-0002", "lib-1434", "lib-1435", "lib-1436"];

    [Theory]
    [InlineData("both")]
    [InlineData("yaml")]
    [InlineData("clusterit")]
    public void Recorded_answers_are_given_byte_for_byte_but_where_it_is_decided_otherwise(string groups)
    {
        string runner = Checkout.Recorded("conformance", "run_nodeset.py");
        string results = Path.GetTempFileName();
        try
        {
            var run = PeakProcess.Start(
                "python3",
                [runner, "--groups", groups, "--timeout", "120", "--out", results, "--", PeakProcess.Binary, "nodeset"]);
            var failed = File.ReadLines(results)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(r => !r.GetProperty("ok").GetBoolean());
            Assert.True(failed.All(r => Decided.Contains(r.GetProperty("id").GetString())), run.Out);
        }
        finally
        {
            File.Delete(results);
        }
    }
}
