using System.Text.Json;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>The core and both models against answers recorded from PEAK and ClusterIt themselves.</summary>
public class RecordedCasesTests
{
    private const string Prefix = "peak.running.cluster.";

    // Where we differ from PEAK on purpose: docs/file-format.md, "Differences".
    private static readonly string[] s_ourOwnMeaning = ["18-group-space-after-colon", "35-bom-before-host", "49-comments-only", "50-empty-file"];

    [Fact]
    public void The_core_gives_the_recorded_answers_of_PEAK() => ForEachCase((name, bytes, peak, _) =>
    {
        if (s_ourOwnMeaning.Contains(name)) return;
        Assert.Equal(Normalize(peak!), Normalize(Properties(Answer.Of(Cluster.FromFile(ClusterFile.Parse(bytes), lenient: true)))));
    });

    [Fact]
    public void The_model_of_PEAK_gives_its_recorded_answers() => ForEachCase((_, bytes, peak, _) =>
    {
        var answer = PeakModel.Read(ByteText.Of(bytes));
        if (peak is null) Assert.Null(answer);
        else Assert.Equal(Normalize(peak), Normalize(Properties(answer!)));
    });

    [Fact]
    public void The_model_of_ClusterIt_gives_its_recorded_answers() => ForEachCase((_, bytes, _, clusterIt) =>
    {
        var model = new ClusterItModel(ByteText.Of(bytes));
        foreach (var (options, expected) in clusterIt)
        {
            var run = model.Run(ValuesOf("-g", options), ValuesOf("-x", options));
            Assert.Equal(expected.Hosts, run.Select(h => h.Host));
            Assert.Equal(expected.Groups, run.Select(h => h.Group ?? ""));
            Assert.Equal(expected.Crashed, model.Crashes);
        }
    });

    private static string[] ValuesOf(string option, string options)
    {
        string[] words = options.Split(' ');
        int at = Array.IndexOf(words, option);
        return at < 0 ? [] : words[at + 1] == "EMPTY" ? [""] : words[at + 1].Split(',');
    }

    /// <summary>An answer as PEAK exports it.</summary>
    private static Dictionary<string, string[]> Properties(Answer answer)
    {
        var properties = new Dictionary<string, string[]>
        {
            [Prefix + "hosts"] = [.. answer.Hosts],
            [Prefix + "groups"] = [.. answer.Groups.Select(g => g.Name)],
            [Prefix + "groups.__orphans__"] = [.. answer.Orphans],
        };
        foreach (var (name, hosts) in answer.Groups) properties[Prefix + "groups." + name] = [.. hosts];
        foreach (var (name, groups) in answer.GroupsOfHosts) properties[Prefix + "hosts." + name] = [.. groups];
        properties[Prefix + "groups.__all__"] = [.. answer.Hosts];
        return properties;
    }

    private static IEnumerable<string> Normalize(Dictionary<string, string[]> properties) =>
        properties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} = {JsonSerializer.Serialize(p.Value)}");

    private static void ForEachCase(Action<string, byte[], Dictionary<string, string[]>?, Dictionary<string, (string[] Hosts, string[] Groups, bool Crashed)>> check)
    {
        string folder = Checkout.RecordedCases();
        string[] files = Directory.GetFiles(folder, "*.cluster");
        Assert.NotEmpty(files);
        Assert.Multiple([.. files.Order(StringComparer.Ordinal).Select(file => (Action)(() =>
        {
            string name = Path.GetFileNameWithoutExtension(file);
            try
            {
                check(name, File.ReadAllBytes(file), Peak(Path.Combine(folder, name + ".peak.json")), ClusterIt(Path.Combine(folder, name + ".clusterit.json")));
            }
            catch (Exception exception)
            {
                Assert.Fail($"{name}: {exception.Message}");
            }
        }))]);
    }

    private static Dictionary<string, string[]>? Peak(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return json.RootElement.TryGetProperty("error", out _)
            ? null
            : json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => Strings(p.Value));
    }

    private static Dictionary<string, (string[] Hosts, string[] Groups, bool Crashed)> ClusterIt(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return json.RootElement.EnumerateObject().ToDictionary(
            p => p.Name,
            p => (Strings(p.Value.GetProperty("hosts")), Strings(p.Value.GetProperty("rungroups")), p.Value.TryGetProperty("signal", out _)));
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];
}
