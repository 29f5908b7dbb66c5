using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Peak.Clusters.Hosting.Tests.Configuration;

/// <summary>The pages docs/diagnostics/PEAK3nn.md, about what only a configuration complains of.</summary>
public sealed class DiagnosticPagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Codes => [.. ConfigurationDiagnostics.All.Select(d => d.Code)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_code_has_a_page_and_every_page_a_code() => Assert.Equal(
        ConfigurationDiagnostics.All.Select(d => d.Code),
        Directory.GetFiles(Checkout.Path("docs", "diagnostics"), "PEAK3*.md")
            .Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_page_says_the_title_and_whom_it_concerns(string code) => Assert.StartsWith(
        $"# {code}: {ConfigurationDiagnostics.All.Single(d => d.Code == code).Title}\n\n"
        + "Warning, of applications that have the cluster in their configuration: ",
        Page(code),
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_example_of_a_page_raises_its_code_and_no_other_of_configuration(string code) =>
        Assert.Equal([code], Diagnostics(code, "cluster").Where(found => found.StartsWith("PEAK3", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_mended_example_of_a_page_raises_nothing(string code) => Assert.Empty(Diagnostics(code, "cluster fixed"));

    [Fact]
    public void The_documentation_of_hosting_leads_to_every_page()
    {
        string hosting = File.ReadAllText(Checkout.Path("docs", "hosting.md"));
        Assert.All(
            ConfigurationDiagnostics.All,
            d => Assert.Contains($"[{d.Code}](diagnostics/{d.Code}.md)", hosting, StringComparison.Ordinal));
    }

    private string[] Diagnostics(string code, string kind)
    {
        var match = Regex.Match(Page(code), $@"^```{kind}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(match.Success, $"The page of {code} has no block '{kind}'.");
        string path = _folder.WriteOld("cluster", match.Groups[1].Value);
        using var configuration = new ConfigurationManager();
        configuration.AddCluster(path);
        using var live = new LiveCluster(path, more: services => services.AddSingleton<IConfiguration>(configuration));
        return [.. live.Monitor.Diagnostics.Select(d => d.Code)];
    }

    private static string Page(string code) => File.ReadAllText(Checkout.Path("docs", "diagnostics", code + ".md"));
}
