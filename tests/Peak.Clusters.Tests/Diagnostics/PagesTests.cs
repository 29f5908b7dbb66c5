using System.Globalization;
using System.Text.RegularExpressions;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;
using Peak.Clusters.Tests.Agreement;

namespace Peak.Clusters.Tests.Diagnostics;

/// <summary>The pages docs/diagnostics/PEAKnnn.md, which are also what <c>peak check --explain</c> prints.</summary>
public partial class PagesTests
{
    public static TheoryData<string> Codes => [.. DiagnosticCatalogue.All.Select(d => d.Code)];

    // Those of 300 and more are about what cluster files become elsewhere, and are tested there.
    [Fact]
    public void Every_code_has_a_page_and_every_page_a_code() => Assert.Equal(
        DiagnosticCatalogue.All.Select(d => d.Code),
        Directory.GetFiles(Checkout.Path("docs", "diagnostics"), "PEAK0*.md")
            .Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Codes_count_up_from_PEAK001() => Assert.Equal(
        DiagnosticCatalogue.All.Select((_, i) => $"PEAK{i + 1:d3}"),
        DiagnosticCatalogue.All.Select(d => d.Code));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_page_says_the_title_and_the_severity_of_the_catalogue(string code)
    {
        Assert.True(DiagnosticCatalogue.TryGetValue(code, out var descriptor));
        string kind = descriptor.Severity == Severity.Error ? "Error: it is unsafe to act on the file."
            : descriptor.GuardsAgreement ? "Warning: programs read the file differently."
            : "Warning: likely a mistake.";
        Assert.StartsWith($"# {code}: {descriptor.Title}\n\n{kind}", Page(code), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_example_of_a_page_raises_its_code_and_no_other(string code) =>
        Assert.Equal([code], ClusterFile.Parse(Block(code, "cluster")).Diagnostics.Select(d => d.Code).Distinct());

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_mended_example_of_a_page_raises_nothing(string code) =>
        Assert.Empty(ClusterFile.Parse(Block(code, "cluster fixed")).Diagnostics);

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_programs_differ_on_the_example_where_the_catalogue_says_so(string code)
    {
        Assert.True(DiagnosticCatalogue.TryGetValue(code, out var descriptor));
        string? difference = Comparison.Difference(ByteString.Of(Block(code, "cluster")));
        if (descriptor.GuardsAgreement) Assert.NotNull(difference);
        else Assert.Null(difference);
    }

    [Fact]
    public void The_file_format_lists_every_code_as_the_catalogue_has_it()
    {
        string format = File.ReadAllText(Checkout.Path("docs", "file-format.md"));
        Assert.All(DiagnosticCatalogue.All, d => Assert.Contains(
            $"| [{d.Code}](diagnostics/{d.Code}.md) | {(d.Severity == Severity.Error ? "error" : "warning")} | "
            + $"{(d.GuardsAgreement ? "yes" : "no")} | {d.Title} |\n",
            format,
            StringComparison.Ordinal));
    }

    private static string Page(string code) => File.ReadAllText(Checkout.Path("docs", "diagnostics", code + ".md"));

    /// <summary>A fenced block with <c>\xHH</c>, <c>\r</c> and <c>\{x*1030}</c> taken for what they stand for.</summary>
    private static byte[] Block(string code, string kind)
    {
        var match = Regex.Match(Page(code), $@"^```{kind}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(match.Success, $"The page of {code} has no block '{kind}'.");
        return ByteString.Bytes(Escape().Replace(match.Groups[1].Value, m =>
            m.Value == "\\r" ? "\r"
            : m.Groups["count"].Success
                ? new string(m.Groups["char"].Value[0], int.Parse(m.Groups["count"].Value, CultureInfo.InvariantCulture))
            : ((char)Convert.ToByte(m.Groups["hex"].Value, 16)).ToString()));
    }

    [GeneratedRegex(@"\\r|\\x(?<hex>[0-9a-f]{2})|\\\{(?<char>.)\*(?<count>\d+)\}")]
    private static partial Regex Escape();
}
