namespace Peak.Cli.Tests;

public class HelpTests
{
    private const string Common = "Options of all verbs:";

    public static TheoryData<string> Verbs => [.. ListVerbs("help")];

    /// <summary>Everything that has help.</summary>
    public static TheoryData<string> Pages =>
        ["", .. ListVerbs("help"), .. ListVerbs("help", "edit").Select(command => $"edit {command}")];

    private static IEnumerable<string> ListVerbs(params string[] arguments) =>
        PeakProcess.Run(arguments).Lines
            .SkipWhile(line => line is not ("Verbs:" or "Commands:")).Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_has_help_with_examples(string verb)
    {
        var run = PeakProcess.Run(verb, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith($"Usage: peak {verb} ", run.Out, StringComparison.Ordinal);
        var examples = run.Lines.SkipWhile(line => line != "Examples:").Skip(1).ToArray();
        Assert.Contains(examples, line => line.Contains($"peak {verb}", StringComparison.Ordinal));
        Assert.Contains("--cluster FILE", run.Out, StringComparison.Ordinal);
        Assert.Equal(run.Out, PeakProcess.Run("help", verb).Out);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Help_has_80_columns_and_every_option_once(string words)
    {
        string[] verb = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] lines = PeakProcess.Run(["help", .. verb]).Lines;
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        string[] options = [.. PeakProcess.Run(["complete", "fish", "--", .. verb, "-"]).Lines.Select(line => line.Split('\t')[0])];
        Assert.Contains("--help", options);
        string[] entries = [.. lines.TakeWhile(line => line != "Examples:")];
        Assert.All(options, option => Assert.Single(entries, line => IsOf(line, option)));
    }

    [Fact]
    public void The_options_of_nodeset_stand_in_groups() => Assert.Equal(
        ["Arguments:", "What to print:", "Sets:", "Which nodes:", "How to print:", Common, "Examples:"],
        PeakProcess.Run("nodeset", "--help").Lines.Where(line => line[0] != ' ' && line.EndsWith(':')));

    [Fact]
    public void The_options_of_a_run_stand_in_groups_those_of_all_verbs_last()
    {
        var run = PeakProcess.Run("run", "--help");
        Assert.Equal(
            ["Arguments:", "Hosts:", "Command:", "Connection:", "Output:", "Rollout:", Common, "Examples:"],
            run.Lines.Where(line => line[0] != ' ' && line.EndsWith(':')));
        Assert.StartsWith("""
            Usage: peak run [OPTIONS] [--] COMMAND…
                   peak run [OPTIONS] --script FILE [--] [ARGUMENT…]

            Run a command on hosts, over your own ssh.

            Options stand before the command. Without -w, -g or -a: every host of $CLUSTER,
            """, run.Out, StringComparison.Ordinal);
        Assert.Contains("      --sudo[=USER] ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Bare_peak_shows_the_verbs_and_is_no_success()
    {
        var run = PeakProcess.Run();
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Equal(PeakProcess.Run("help").Out, run.Error);
        Assert.Equal(PeakProcess.Run("--help").Out, run.Error);
        Assert.Contains("\nVerbs:\n  run ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verb_that_needs_a_command_shows_its_commands()
    {
        var run = PeakProcess.Run("edit");
        Assert.Equal((2, "", PeakProcess.Run("help", "edit").Out), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void The_manual_has_a_page_for_every_verb_and_mandoc_finds_nothing_wrong_with_it()
    {
        Programs.Need("mandoc");
        using var folder = new TemporaryFolder();
        string[] pages = PeakProcess.Run("help", "--man", folder["man/man1"]).Lines;
        Assert.Equal(["peak.1", .. ListVerbs("help").Select(verb => $"peak-{verb}.1")], pages.Select(Path.GetFileName));
        foreach (string page in pages)
        {
            var lint = PeakProcess.Start("mandoc", ["-Tlint", page]);
            Assert.Equal((0, "", ""), (lint.ExitCode, lint.Out, lint.Error));
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_page_of_the_manual_says_what_the_help_says(string verb)
    {
        Programs.Need("mandoc");
        using var folder = new TemporaryFolder();
        PeakProcess.Run("help", "--man", folder.Path);
        string manual = Words(PeakProcess.Start("mandoc", ["-Tutf8", "-Owidth=1000", folder[$"peak-{verb}.1"]]).Out);
        string[] help = PeakProcess.Run("help", verb).Lines;
        foreach (string option in help.Where(line => line.TrimStart().StartsWith('-')))
            Assert.Contains(option.Trim().Split("  ")[0], manual, StringComparison.Ordinal);
        foreach (string example in help.SkipWhile(line => line != "Examples:").Skip(1))
            Assert.Contains(Words(example).Trim(), manual, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manual_that_can_not_be_written_is_an_error()
    {
        var run = PeakProcess.Run("help", "--man", "/dev/null/man");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("peak: can't write the manual: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, PeakProcess.Run("help", "--man", "", "run").ExitCode);
    }

    // Without what a terminal does to show bold letters, and with one blank between words.
    private static string Words(string text) => string.Join(
        ' ', System.Text.RegularExpressions.Regex.Replace(text, ".\b", "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool IsOf(string line, string option) =>
        line.TrimStart().StartsWith('-') && line.Split(' ', ',', '[').Contains(option);
}
