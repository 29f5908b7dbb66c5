using System.Diagnostics;

namespace Peak.Cli.Tests;

public sealed class EditTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peak-edit-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "c");

    private string Text
    {
        get => File.ReadAllText(Path);
        set => File.WriteAllText(Path, value);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("GROUP:a\nh1\nh2\n", "add h2 --group a")]
    [InlineData("h0\nGROUP:a\nh1\n", "add h0")]
    [InlineData("GROUP:a\nh1\n", "remove h2 -g a")]
    public void Each_verb_changes_the_file(string expected, string arguments)
    {
        Text = expected.Contains("h2", StringComparison.Ordinal) ? "GROUP:a\nh1\n"
            : arguments.Contains("remove", StringComparison.Ordinal) ? "GROUP:a\nh1\nh2\n" : "GROUP:a\nh1\n";
        var run = Edit(arguments.Split(' '));
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.Equal(expected, Text);
    }

    [Fact]
    public void Groups_are_added_renamed_removed_and_hosts_moved_renamed_and_sorted()
    {
        Text = "GROUP:a\nh10\nh2\n# end\n";
        string[][] edits =
        [
            ["sort"], ["add-group", "b", "x", "y"], ["add-group", "l", "a", "b", "--lump"], ["move", "h2", "--from", "a", "--to", "b"],
            ["rename", "h10", "h1"], ["rename", "b", "c"],
        ];
        Assert.All(edits, edit => Assert.Equal(0, Edit(edit).ExitCode));
        Assert.Equal("GROUP:a\nh1\n# end\nGROUP:c\nx\ny\nh2\nLUMP:l\na\nc\n", Text);
        Assert.Equal(0, Edit("remove-group", "a", "l").ExitCode);
        Assert.Equal("# end\nGROUP:c\nx\ny\nh2\n", Text);
    }

    [Theory]
    [InlineData(1, "add h1 -g a", "already")]
    [InlineData(1, "add x -g nope", "no group 'nope'")]
    [InlineData(1, "remove nope", "no host 'nope'")]
    [InlineData(1, "rename h1 a", "taken")]
    [InlineData(2, "add GROUP:x", "can't be a name")]
    [InlineData(2, "add", "Required argument")]
    [InlineData(2, "add $(reboot) -g a", "errors it does not have now")]
    [InlineData(2, "add a", "errors it does not have now")]
    public void What_can_not_be_done_is_said_and_leaves_the_file_alone(int exitCode, string arguments, string words)
    {
        Text = "GROUP:a\nh1\n";
        var run = Edit(arguments.Split(' '));
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Equal("GROUP:a\nh1\n", Text);
        Assert.Single(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void Without_a_cluster_file_there_is_nothing_to_edit() =>
        Assert.Equal(2, PeakProcess.Run("edit", "add", "x").ExitCode);

    [Fact]
    public void A_dry_run_prints_a_patch_that_makes_the_change()
    {
        string old = string.Concat(Enumerable.Range(0, 200).Select(i => i % 37 == 0 ? $"GROUP:g{i}\n" : $"h{i * 7919 % 1000}\n")) + "last";
        Text = old;
        string[][] edits =
            [["sort"], ["remove", "last", "h919"], ["add", "x", "-g", "g74"], ["rename", "g111", "gg"], ["remove-group", "g148", "g0"]];
        foreach (string[] edit in edits)
        {
            var run = Edit([.. edit, "--dry-run", "--lenient"]);
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(old, Text);
            File.WriteAllText(Path + ".patch", run.Out);
            Assert.Equal(0, Edit([.. edit, "--lenient"]).ExitCode);
            string expected = Text;
            Assert.NotEqual(old, expected);
            Text = old;
            var apply = PeakProcess.Start("git", ["apply", "-p0", "--whitespace=nowarn", "c.patch"], folder: _folder.FullName);
            Assert.Equal(("", 0), (apply.Error, apply.ExitCode));
            Assert.Equal(expected, Text);
            File.Delete(Path + ".patch");
            Text = old;
        }
    }

    [Fact]
    public void A_kill_at_any_moment_leaves_the_old_or_the_new_file_whole()
    {
        string old = "GROUP:a\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"host{i}\n")), expected = old + "x\n";
        Text = old;
        var whole = Stopwatch.StartNew();
        Assert.Equal(0, Edit("add", "x", "-g", "a").ExitCode);
        whole.Stop();
        Assert.Equal(expected, Text);
        Text = old;
        const int Rounds = 40;
        for (int round = 0; round < Rounds; round++)
        {
            string[] arguments = ["edit", "add", "x", "-g", "a", "--cluster", Path];
            using var process = Process.Start(new ProcessStartInfo(PeakProcess.Binary, arguments) { RedirectStandardError = true })!;
            // Spread over the length of a whole run, whatever that is on this machine.
            var moment = whole.Elapsed * round / Rounds;
            if (!process.WaitForExit(moment)) process.Kill();
            process.WaitForExit();
            Assert.True(
                Text == old || Text == expected,
                $"After {moment.TotalMilliseconds} ms the file is neither the old nor the new one.");
            Text = old;
        }
    }

    private Finished Edit(params string[] arguments) =>
        PeakProcess.Start(PeakProcess.Binary, ["edit", .. arguments, "--cluster", "c"], folder: _folder.FullName);
}
