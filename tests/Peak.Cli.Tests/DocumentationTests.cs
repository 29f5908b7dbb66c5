using System.Text;
using System.Text.RegularExpressions;

namespace Peak.Cli.Tests;

/// <summary>
/// The commands of the documentation are run and print what the page says; its links lead somewhere. CONTRIBUTING.md
/// has the convention.
/// </summary>
public partial class DocumentationTests
{
    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Checkout.Root, "*.md", SearchOption.TopDirectoryOnly)
            .Concat(Directory.EnumerateFiles(Checkout.Path("docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Checkout.Root, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_print_what_the_page_says(string page)
    {
        var commands = ConsoleCommand.AllOf(File.ReadAllText(Checkout.Path(page)));
        if (commands.Count == 0) return;
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["samples", "docs"])
            PeakProcess.Start("cp", ["-r", Checkout.Path(name), folder[name]]);
        File.CreateSymbolicLink(folder["peak"], PeakProcess.Binary);
        string home = Directory.CreateDirectory(folder["home"]).FullName;

        // One shell for the page. What is printed between two marks belongs to one command.
        var script = new StringBuilder("unset CLUSTER; exec </dev/null 2>&1\n");
        foreach (var command in commands) script.Append(command.Text).Append("\nprintf '\\1'\n");
        var run = PeakProcess.Start(
            "bash", ["-c", script.ToString()], folder: folder.Path, environment: [("HOME", home), ("LC_ALL", "C.UTF-8")]);

        string[] printed = run.Out.Split('\u0001');
        Assert.Equal(commands.Count + 1, printed.Length);
        foreach (var (command, output) in commands.Zip(printed))
        {
            if (command.Expects(output)) continue;
            Assert.Fail(
                $"{page}, line {command.Line}: $ {command.Text}\nsays\n{command.Output}\nbut prints\n{output}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        string text = OutsideFences(File.ReadAllText(Checkout.Path(page)));
        foreach (Match link in Link().Matches(text))
        {
            string target = link.Groups[1].Value;
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            string[] parts = target.Split('#', 2);
            string file = parts[0].Length == 0 ? Checkout.Path(page) : Path.Combine(Path.GetDirectoryName(Checkout.Path(page))!, parts[0]);
            Assert.True(Path.Exists(file), $"{page} links to {target}, which does not exist.");
            if (parts.Length > 1 && file.EndsWith(".md", StringComparison.Ordinal))
                Assert.True(Anchors(File.ReadAllText(file)).Contains(parts[1]), $"{page} links to {target}, but there is no such heading.");
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/remote.md")]
    public void The_code_of_a_page_stands_in_a_sample_that_compiles(string page)
    {
        var files = Directory.EnumerateFiles(Checkout.Path("samples"), "*.cs", SearchOption.AllDirectories);
        string samples = WithoutIndents(string.Join('\n', files.Select(File.ReadAllText)));
        var snippets = CSharp().Matches(File.ReadAllText(Checkout.Path(page)));
        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Contains(WithoutIndents(snippet.Groups[1].Value), samples, StringComparison.Ordinal));
    }

    [Fact]
    public void The_command_is_built_again_when_any_of_its_projects_changes()
    {
        string script = File.ReadAllText(Checkout.Path("peak"));
        var projects = ProjectReference().Matches(File.ReadAllText(Checkout.Path("src", "Peak.Cli", "Peak.Cli.csproj")));
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.Matches($"[{{,]{project.Groups[1].Value}[,}}]", script));
    }

    private static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(OutsideFences(text))
            .Select(m => NotInAnchor().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    private static string OutsideFences(string text) => Fence().Replace(text, "");

    private static string WithoutIndents(string code) => Indent().Replace(code, "");

    [GeneratedRegex(@"(?<!\\)\]\(<?([^)\s>]+)>?\)|(?<=<img [^>]*src="")[^""]+")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indent();

    [GeneratedRegex(@"<ProjectReference Include=""\.\./Peak\.([\w.]+)/Peak\.[\w.]+\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"^#+\s+(.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"^(```|~~~).*?^\1[^\n]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
