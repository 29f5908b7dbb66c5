using System.Text.Json;

namespace Peak.Cli.Tests;

public class CheckTests
{
    private const string Warning = "GROUP:a\nweb1 \nweb2\n";
    private const string Error = "GROUP:a\n-evil\n";

    private static Finished CheckInput(string text, params string[] arguments) =>
        PeakProcess.RunWithInput(text, ["check", "-", .. arguments]);

    [Fact]
    public void A_file_without_fault_is_silence()
    {
        var run = CheckInput("GROUP:a\nweb1\nweb2\n");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void A_warning_is_a_line_as_compilers_have_it_and_exits_0()
    {
        var run = CheckInput(Warning);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("<stdin>:2:5: warning PEAK013: ", run.Out, StringComparison.Ordinal);
        Assert.Single(run.Lines);
    }

    [Fact]
    public void An_error_exits_1() => Assert.Equal(1, CheckInput(Error).ExitCode);

    [Fact]
    public void Strictly_a_warning_exits_1() => Assert.Equal(1, CheckInput(Warning, "--strict").ExitCode);

    [Theory]
    [InlineData("--ignore", "PEAK013,PEAK019")]
    [InlineData("--ignore", "PEAK019", "--ignore", "peak013")]
    public void What_is_ignored_is_counted_and_not_strict(params string[] arguments)
    {
        var run = CheckInput("GROUP:a\nweb1 \nweb2 \n", ["--strict", .. arguments]);
        Assert.Equal((0, "", "peak: 2 ignored\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void In_json_the_ignored_ones_are_missing_and_counted_all_the_same()
    {
        var run = CheckInput(Warning + "-evil\n", "--json", "--ignore", "PEAK013");
        Assert.Equal((1, "peak: 1 ignored\n"), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal("PEAK004", Assert.Single(json.RootElement.EnumerateArray()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("PEAK999")]
    [InlineData("PEAK013,")]
    public void To_ignore_what_does_not_exist_is_a_mistake(string codes)
    {
        var run = CheckInput(Warning, "--ignore", codes);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("; they are called PEAK001 to PEAK036", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_the_line_follows_with_a_caret()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", "GROUP:a\nweb1\n日本\u0001x\n");
        var run = PeakProcess.RunOnTerminal($"{PeakProcess.Binary} check --color never {file}");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("    3 | 日本^Ax\r\n      |     ^^\r\n", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "xterm", true)]
    [InlineData("1", "xterm", false)]
    [InlineData("", "dumb", false)]
    public void Colours_are_for_terminals_that_have_them(string noColor, string term, bool coloured)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", Warning);
        var run = PeakProcess.RunOnTerminal($"{PeakProcess.Binary} check {file}", ("NO_COLOR", noColor), ("TERM", term));
        Assert.Equal(coloured, run.Out.Contains("\e[", StringComparison.Ordinal));
    }

    [Fact]
    public void A_very_long_line_is_shown_around_the_fault()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", $"GROUP:a\n{new string('x', 100_000)}\u0001{new string('y', 100_000)}\n");
        var run = PeakProcess.RunOnTerminal($"{PeakProcess.Binary} check --color never {file}");
        Assert.Contains("xxx^Ayyy", run.Out, StringComparison.Ordinal);
        Assert.All(run.Lines, line => Assert.True(line.Length < 500));
    }

    [Fact]
    public void Several_files_are_checked_and_one_that_is_missing_does_not_stop_the_rest()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", Error);
        var run = PeakProcess.Run("check", folder["missing"], file, "/tmp");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"{file}:2:1: error PEAK004: ", run.Out, StringComparison.Ordinal);
        Assert.Contains("missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("'/tmp' is a folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_anywhere_there_is_nothing_to_check() => Assert.Equal(2, PeakProcess.Run("check").ExitCode);

    [Fact]
    public void As_json_it_has_code_severity_place_message_and_help()
    {
        using var json = JsonDocument.Parse(CheckInput(Error, "--json").Out);
        var only = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(
            ["code", "severity", "file", "line", "column", "endColumn", "message", "help"],
            only.EnumerateObject().Select(p => p.Name));
        Assert.Equal("PEAK004", only.GetProperty("code").GetString());
        Assert.Equal("error", only.GetProperty("severity").GetString());
        Assert.Equal("<stdin>", only.GetProperty("file").GetString());
        Assert.Equal([2, 1, 6], new[] { "line", "column", "endColumn" }.Select(name => only.GetProperty(name).GetInt32()));
    }

    [Fact]
    public void A_file_without_fault_is_an_empty_array() => Assert.Equal("[]\n", CheckInput("GROUP:a\nweb\n", "--json").Out);

    [Fact]
    public void Sarif_has_the_rules_and_the_places()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a b.cluster", Warning + "-evil\n");
        using var sarif = JsonDocument.Parse(PeakProcess.Run("check", "--format", "sarif", file).Out);
        Assert.Equal("2.1.0", sarif.RootElement.GetProperty("version").GetString());
        var run = Assert.Single(sarif.RootElement.GetProperty("runs").EnumerateArray());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var results = run.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(2, results.Length);
        foreach (var result in results)
        {
            string id = result.GetProperty("ruleId").GetString()!;
            Assert.Equal(id, rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
            Assert.Equal($"file://{folder.Path}/a%20b.cluster", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
            var region = place.GetProperty("region");
            Assert.True(region.GetProperty("endColumn").GetInt32() > region.GetProperty("startColumn").GetInt32());
        }

        Assert.Equal(["warning", "error"], results.Select(r => r.GetProperty("level").GetString()));
    }

    [Fact]
    public void A_verb_that_reads_stops_at_errors_with_the_words_of_check()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", Error);
        string check = PeakProcess.Run("check", file).Out;
        var hosts = PeakProcess.Run("hosts", "--cluster", file);
        Assert.Equal((2, ""), (hosts.ExitCode, hosts.Out));
        Assert.StartsWith(check, hosts.Error, StringComparison.Ordinal);
        Assert.Equal("-evil\n", PeakProcess.Run("hosts", "--cluster", file, "--lenient").Out);
    }

    [Fact]
    public void A_verb_that_reads_is_quiet_about_warnings_but_verbose_points_to_check()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", Warning);
        Assert.Empty(PeakProcess.Run("hosts", "--cluster", file).Error);
        Assert.Contains("'peak check'", PeakProcess.Run("hosts", "-v", "--cluster", file).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_is_explained_by_its_page()
    {
        string[] pages = Directory.GetFiles(Checkout.Path("docs", "diagnostics"), "PEAK*.md");
        Assert.NotEmpty(pages);
        foreach (string page in pages)
        {
            var run = PeakProcess.Run("check", "--explain", Path.GetFileNameWithoutExtension(page));
            Assert.Equal((0, File.ReadAllText(page)), (run.ExitCode, run.Out));
        }

        Assert.Equal(1, PeakProcess.Run("check", "--explain", "PEAK999").ExitCode);
    }
}
