using System.Text;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;
using Peak.Clusters.Tests.Agreement;

namespace Peak.Clusters.Tests.Diagnostics;

/// <summary>
/// The files of tests/Corpus. Beside each <c>NAME.cluster</c> stands <c>NAME.golden</c>: the file with its diagnostics under
/// the lines they are about, then what we make of it, then what ClusterIt does. <c>PEAK_UPDATE_GOLDEN=1</c> writes them anew,
/// to be read before they are committed.
/// </summary>
public class CorpusTests
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Checkout.Path("tests", "Corpus"), "*.cluster")
            .Select(p => Path.GetFileNameWithoutExtension(p)!)
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_has_its_golden_diagnostics_and_meaning(string name)
    {
        string golden = Checkout.Path("tests", "Corpus", name + ".golden");
        string actual = Describe(Read(name));
        if (Environment.GetEnvironmentVariable("PEAK_UPDATE_GOLDEN") == "1") File.WriteAllText(golden, actual);
        Assert.Equal(File.ReadAllText(golden), actual);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_lenient_load_has_the_meaning_of_PEAK(string name) => Assert.Equal(
        PeakModel.Read(ByteString.Of(Read(name)), asWeDo: true)!.ToString(),
        Answer.Of(Cluster.FromFile(ClusterFile.Parse(Read(name)), lenient: true)).ToString());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_with_errors_is_refused_with_all_its_diagnostics(string name)
    {
        var file = ClusterFile.Parse(Read(name), name);
        if (file.Diagnostics.All(d => d.Severity == Severity.Warning))
        {
            Assert.NotNull(Cluster.FromFile(file));
            return;
        }

        var exception = Assert.Throws<ClusterFileException>(() => Cluster.FromFile(file));
        Assert.Equal(file.Diagnostics, exception.Diagnostics);
        Assert.Equal(name, exception.Path);
    }

    private static byte[] Read(string name) => File.ReadAllBytes(Checkout.Path("tests", "Corpus", name + ".cluster"));

    private static string Describe(byte[] bytes)
    {
        var file = ClusterFile.Parse(bytes);
        var text = new StringBuilder();
        for (int i = 0; i < Math.Max(1, file.Lines.Count); i++)
        {
            if (i < file.Lines.Count)
                text.Append(Visible(ByteString.Of(bytes.AsSpan(file.Lines[i].Span.Start, file.Lines[i].Span.Length)))).Append('\n');
            foreach (var d in file.Diagnostics.Where(d => d.Start.Line == i + 1))
                text.Append($"#@[{d.Start.Column}:{d.End.Column}) [{d.Code} ({d.Severity})] {d.Message} {d.Remedy}\n");
        }

        text.Append("\n== PEAK Clusters\n").Append(Visible(Answer.Of(Cluster.FromFile(file, lenient: true)).ToString(), keepLines: true));
        text.Append("\n== ClusterIt\n");
        var clusterIt = new ClusterItModel(ByteString.Of(bytes));
        if (clusterIt.Crashes) return text.Append("crashes\n").ToString();
        foreach (string name in (string[])["", .. Cluster.FromFile(file, lenient: true).Groups.Select(g => g.Name)])
            text.Append(name.Length == 0 ? "dsh:" : $"dsh -g {Visible(name)}:")
                .Append(string.Concat(clusterIt.Hosts(name.Length == 0 ? [] : [name]).Select(h => $" '{Visible(h)}'"))).Append('\n');
        return text.ToString();
    }

    // A line feed at the end goes without saying.
    private static string Visible(string text, bool keepLines = false)
    {
        if (!keepLines && text.EndsWith('\n')) text = text[..^1];
        return string.Concat(text.Select(c => c switch
        {
            '\n' when keepLines => "\n",
            '\t' => "\\t",
            '\r' => "\\r",
            >= ' ' and < '\x7f' => c.ToString(),
            <= '\xff' => $"\\x{(int)c:x2}",
            _ => $"\\u{(int)c:x4}",
        }));
    }
}
