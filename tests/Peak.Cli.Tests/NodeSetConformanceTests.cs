using System.Text.Json;

namespace Peak.Cli.Tests;

/// <summary>Recorded answers of ClusterShell's nodeset; docs/coming-from-clustershell.md has the exceptions and their reasons.</summary>
public class NodeSetConformanceTests
{
    private const string NoGroup = "lib-1434 lib-1435 lib-1436", FaultyFile = "cli-0002",
        FaultyName = "lib-1709 lib-1710 lib-1711", FaultyNameOfDefault = "lib-1706 lib-1707 lib-1708";

    [Theory]
    [InlineData("both", $"{FaultyFile} {NoGroup} {FaultyName}")]
    [InlineData("yaml", $"{FaultyFile} {NoGroup} {FaultyNameOfDefault} {FaultyName}")]
    [InlineData("clusterit", NoGroup)]
    public void Recorded_answers_are_given_byte_for_byte_but_where_it_is_decided_otherwise(string groups, string decided)
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
                .Where(r => !r.GetProperty("ok").GetBoolean())
                .Select(r => r.GetProperty("id").GetString());
            Assert.True(decided == string.Join(' ', failed.Order(StringComparer.Ordinal)), run.Out);
        }
        finally
        {
            File.Delete(results);
        }
    }
}
