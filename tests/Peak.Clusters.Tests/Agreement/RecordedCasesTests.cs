using System.Text.Json;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>The core and both models against answers recorded from PEAK and ClusterIt themselves.</summary>
public class RecordedCasesTests
{
    private const string Prefix = "peak.running.cluster.";

    // Where we differ from PEAK on purpose: docs/file-format.md, "Differences".
    private static readonly string[] OurOwnMeaning =
        ["18-group-space-after-colon", "35-bom-before-host", "49-comments-only", "50-empty-file"];

    private static readonly Dictionary<string, string> Codes = new()
    {
        ["01-man-page-example"] = "PEAK022",
        ["02-orphans-no-lump"] = "PEAK022",
        ["04-host-twice-in-group"] = "PEAK023",
        ["06-group-reopened"] = "PEAK029",
        ["07-nested-lump"] = "PEAK025",
        ["08-lump-cycle"] = "PEAK026",
        ["10-lump-names-undefined-group"] = "PEAK027",
        ["11-lump-names-host"] = "PEAK009",
        ["13-host-named-like-its-group"] = "PEAK008",
        ["15-empty-group"] = "PEAK031",
        ["17-empty-group-name"] = "PEAK007",
        ["18-group-space-after-colon"] = "PEAK015",
        ["21-group-space-before-colon"] = "PEAK005 PEAK017",
        ["22-group-keyword-without-colon"] = "PEAK005 PEAK017",
        ["24-host-containing-LUMP"] = "PEAK017",
        ["26-group-name-containing-LUMP"] = "PEAK017",
        ["28-lower-case-group"] = "PEAK032",
        ["29-trailing-comment-on-host"] = "PEAK005 PEAK019",
        ["31-indented-comment-naming-GROUP"] = "PEAK018",
        ["33-crlf"] = "PEAK012 PEAK022",
        ["35-bom-before-host"] = "PEAK011 PEAK022",
        ["38-indented-with-tabs"] = "PEAK014",
        ["40-trailing-space-on-host"] = "PEAK013",
        ["42-no-final-newline"] = "",
        ["43-line-over-1023-bytes"] = "PEAK016",
        ["44-nul-byte"] = "PEAK001",
        ["45-cr-only-line-ends"] = "PEAK003 PEAK012 PEAK021 PEAK031",
        ["46-latin1-host"] = "PEAK002",
        ["47-group-named-__all__"] = "PEAK010 PEAK022",
        ["49-comments-only"] = "PEAK021",
        ["50-empty-file"] = "PEAK021",
        ["51-seventeen-groups"] = "",
        ["52-group-name-with-colon"] = "PEAK036",
        ["54-user-at-host"] = "PEAK020",
        ["55-host-trailing-dot"] = "PEAK020",
        ["56-ipv6-host"] = "PEAK020",
        ["57-host-starting-with-dash"] = "PEAK004 PEAK005",
        ["59-lump-named-like-group"] = "PEAK030",
        ["60-hosts-after-lump"] = "PEAK028",
        ["61-group-case-differs"] = "PEAK033",
        ["63-whitespace-only-lines"] = "",
        ["65-host-underscore"] = "",
        ["66-lump-lists-group-twice"] = "PEAK023",
        ["68-exclude-group-line"] = "",
    };

    [Fact]
    public void The_checker_finds_what_the_cases_are_about() => ForEachCase((name, bytes, _, _) =>
        Assert.Equal(Codes.GetValueOrDefault(name),
            string.Join(' ', ClusterFile.Parse(bytes).Diagnostics.Select(d => d.Code).Distinct().Order(StringComparer.Ordinal))));

    [Fact]
    public void The_core_gives_the_recorded_answers_of_PEAK() => ForEachCase((name, bytes, peak, _) =>
    {
        if (OurOwnMeaning.Contains(name)) return;
        Assert.Equal(Normalize(peak!), Normalize(Properties(Answer.Of(Cluster.FromFile(ClusterFile.Parse(bytes), lenient: true)))));
    });

    [Fact]
    public void The_model_of_PEAK_gives_its_recorded_answers() => ForEachCase((_, bytes, peak, _) =>
    {
        var answer = PeakModel.Read(ByteString.Of(bytes));
        if (peak is null) Assert.Null(answer);
        else Assert.Equal(Normalize(peak), Normalize(Properties(answer!)));
    });

    [Fact]
    public void The_model_of_ClusterIt_gives_its_recorded_answers() => ForEachCase((_, bytes, _, clusterIt) =>
    {
        var model = new ClusterItModel(ByteString.Of(bytes));
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

    private static void ForEachCase(
        Action<string, byte[], Dictionary<string, string[]>?, Dictionary<string, (string[] Hosts, string[] Groups, bool Crashed)>> check)
    {
        string folder = Checkout.Recorded("cases");
        string[] files = Directory.GetFiles(folder, "*.cluster");
        Assert.NotEmpty(files);
        Assert.Multiple([.. files.Order(StringComparer.Ordinal).Select(file => (Action)(() =>
        {
            string name = Path.GetFileNameWithoutExtension(file);
            try
            {
                check(name, File.ReadAllBytes(file), Peak(Path.Combine(folder, name + ".peak.json")),
                    ClusterIt(Path.Combine(folder, name + ".clusterit.json")));
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
            p => (
                Strings(p.Value.GetProperty("hosts")), Strings(p.Value.GetProperty("rungroups")), p.Value.TryGetProperty("signal", out _)));
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];
}
