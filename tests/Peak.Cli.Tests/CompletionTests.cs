namespace Peak.Cli.Tests;

/// <summary>Completion in the real shells.</summary>
public class CompletionTests
{
    // What bash would put in place of the word before the cursor, a line each.
    private static string[] InBash(string line, string file) => PeakProcess.Bash(
        "source <(peak completion bash); COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_WORDS=(peak); _peak; printf '%s\\n' \"${COMPREPLY[@]}\"",
        null, ("LINE", line), ("CLUSTER", file), ("COMP_WORDBREAKS", " \t\n\"'@><=;|&(:")).Lines;

    // What an interactive bash makes of keys.
    private static string Typed(string keys, string folder)
    {
        string session = $"unset HISTFILE; cd {folder}; source <(peak completion bash)\n{keys}\nexit\n";
        return OnTerminal("bash --norc --noprofile -i", session);
    }

    // One that is wide and can move its cursor: on others, shells show parts of long lines.
    private static string OnTerminal(string shell, string keys) =>
        PeakProcess.Start("script", ["-qec", $"stty columns 500; exec {shell}", "/dev/null"], keys, environment: [("TERM", "xterm")]).Out;

    [Theory]
    [InlineData("peak gro", "groups")]
    [InlineData("peak hosts --clus", "--cluster")]
    [InlineData("peak hosts @qu", "@qux")]
    [InlineData("peak hosts @odd,@qu", "@qux")]
    [InlineData("peak hosts one", "one.baz.com")]
    [InlineData("peak graph --format me", "mermaid")]
    [InlineData("peak --color al", "always")]
    [InlineData("peak help gro", "groups")]
    [InlineData("peak help edit add-", "add-group")]
    [InlineData("peak run -w @qu", "@qux")]
    [InlineData("peak run -b -w one.baz.com,fr", "one.baz.com,frob.baz.com")]
    [InlineData("peak run --nodes=@qu", "@qux")]
    [InlineData("peak run -g odd,qu", "odd,qux")]
    [InlineData("peak run -a -x one", "one.baz.com")]
    [InlineData("peak trust fro", "frob.baz.com")]
    [InlineData("peak nodeset -f @qu", "@qux")]
    [InlineData("peak nodeset -f @odd -x @qu", "@qux")]
    [InlineData("peak last fa", "failed")]
    [InlineData("peak edit remove fro", "frob.baz.com")]
    [InlineData("peak edit add x --group qu", "qux")]
    [InlineData("peak edit rename qu", "qux")]
    public void Bash_completes_verbs_options_groups_hosts_and_values(string line, string reply) =>
        Assert.Equal([reply], InBash(line, Checkout.Sample));

    [Fact]
    public void All_groups_are_offered_behind_an_at_sign() =>
        Assert.Equal(
            ["@__all__", "@__orphans__", "@even", "@odd", "@prime", "@qux", "@weird"],
            InBash("peak hosts @", Checkout.Sample).Order(StringComparer.Ordinal));

    [Fact]
    public void What_became_of_the_last_run_is_offered_where_a_command_is_to_run()
    {
        using var folder = new TemporaryFolder();
        var run = PeakProcess.Bash(
            "peak run -R exec -w 'n[1-2]' false; peak complete fish -- run -w @last:f; peak complete fish -- trust n1,@last:f",
            folder.Path,
            ("XDG_STATE_HOME", folder.Path));
        Assert.Equal(["@last:failed\t2 hosts", "n1,@last:failed\t2 hosts"], run.Lines);
    }

    [Fact]
    public void Runs_before_the_last_are_offered()
    {
        using var folder = new TemporaryFolder();
        var run = PeakProcess.Bash(
            """
            peak run -R exec -w n1 true; peak run -R exec -qw n2 false
            peak complete fish -- run -w @last~1:o; peak complete fish -- run -w @run:; peak complete fish -- last --run '~'
            """,
            folder.Path,
            ("XDG_STATE_HOME", folder.Path));
        Assert.Equal("@last~1:ok\t1 host", run.Lines[0]);
        Assert.Matches(@"^@run:\d+T\d+\ttrue$", run.Lines[1]);
        Assert.Matches(@"^@run:\d+T\d+\tfalse$", run.Lines[2]);
        Assert.Equal(["~0\tfalse", "~1\ttrue"], run.Lines[3..]);
    }

    [Fact]
    public void Groups_of_clustershell_are_offered_as_well()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["clustershell"]);
        folder.Write("clustershell/groups.conf", "[Main]\ndefault: racks\n[racks]\nmap: echo n1\nlist: echo left right\n");
        var run = PeakProcess.Bash(
            "peak complete fish -- nodeset -f @racks:l; unset CLUSTER; peak complete fish -- run -w @r",
            null,
            ("XDG_CONFIG_HOME", folder.Path), ("XDG_STATE_HOME", folder.Path));
        Assert.Equal(["@racks:left", "@right"], run.Lines);
    }

    [Theory]
    [InlineData("peak gather", true)]
    [InlineData("peak check", true)]
    [InlineData("peak --cluster", true)]
    [InlineData("peak run --hostfile", true)]
    [InlineData("peak run -a ls", true)]
    [InlineData("peak copy", true)]
    [InlineData("peak copy -g web a", true)]
    [InlineData("peak copy -w", false)]
    [InlineData("peak fetch -w h /etc/hosts", true)]
    [InlineData("peak last", false)]
    [InlineData("peak last ok", false)]
    [InlineData("peak hosts", false)]
    [InlineData("peak run -w", false)]
    [InlineData("peak run -f", false)]
    [InlineData("peak graph", false)]
    public void Files_are_offered_where_a_file_may_stand(string line, bool offered)
    {
        Programs.Need("fish");
        using var folder = new TemporaryFolder();
        folder.Write("zebra", "");
        string found = offered ? "zebra" : "ze";
        string typed = Typed($"peak() {{ [[ $1 == complete ]] && command peak \"$@\"; }}\n{line} ze\t; echo \"<$_>\"", folder.Path);
        Assert.Contains($"<{found}>\r\n", typed, StringComparison.Ordinal);
        var fish = PeakProcess.Bash($"fish --no-config -c 'peak completion fish | source; complete -C \"{line} ze\"'", folder.Path);
        Assert.Equal(offered ? ["zebra"] : [], fish.Lines);
    }

    [Theory]
    [InlineData("peak gather", true)]
    [InlineData("peak run --hostfile", true)]
    [InlineData("peak copy -g web", true)]
    [InlineData("peak fetch -w h /etc/hosts", true)]
    [InlineData("peak hosts", false)]
    [InlineData("peak run -w", false)]
    [InlineData("peak run -g", false)]
    [InlineData("peak last", false)]
    public void Zsh_offers_files_where_a_file_may_stand(string line, bool offered)
    {
        Programs.Need("zsh");
        using var folder = new TemporaryFolder();
        folder.Write("zebra", "");
        PeakProcess.Bash("peak completion zsh > _peak", folder.Path);
        string session = $"cd {folder.Path}; fpath=({folder.Path} $fpath); autoload -U compinit; compinit -u -D\n"
            + "peak() { if [[ $1 == complete ]]; then command peak \"$@\"; else print \"<$@[-1]>\"; fi; }\n"
            + $"export CLUSTER={Checkout.Sample}\n{line} ze\t\nexit\n";
        Assert.Contains(offered ? "<zebra>" : "<ze>", OnTerminal("zsh -f -i", session), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cluster_of_the_line_counts()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", "GROUP:zebra\nz1\n");
        Assert.Equal(["@zebra"], InBash($"peak --cluster {file} hosts @z", Checkout.Sample));
    }

    [Fact]
    public void Bash_never_runs_or_expands_what_is_in_a_name()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", "GROUP:g$(touch owned1)`touch owned2`;touch owned3;\nh\n");
        string printed = Typed(
            $"export CLUSTER={file}\npeak groups -v @g\t | cat\npeak hosts '@g\t | cat\npeak hosts \"@g\t | cat", folder.Path);
        Assert.Empty(Directory.GetFiles(folder.Path, "owned*"));
        Assert.Contains(
            @"@g\$\(touch\ owned1\)\`touch\ owned2\`\;touch\ owned3\;",
            printed.Replace("\a", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bash_completes_what_is_typed()
    {
        using var folder = new TemporaryFolder();
        string printed = Typed($"export CLUSTER={Checkout.Sample}\npeak ho\t@qu\t | tr a-z A-Z", folder.Path);
        Assert.Contains("ONE.BAZ.COM\r\nFROB.BAZ.COM\r\n", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Zsh_completes()
    {
        Programs.Need("zsh");
        using var folder = new TemporaryFolder();
        PeakProcess.Bash("peak completion zsh > _peak", folder.Path);
        string session = $"fpath=({folder.Path} $fpath); autoload -U compinit; compinit -u -D\n"
            + $"export CLUSTER={Checkout.Sample}\npeak hosts @qu\t | tr a-z A-Z\nexit\n";
        string printed = OnTerminal("zsh -f -i", session);
        Assert.True(printed.Contains("FROB.BAZ.COM", StringComparison.Ordinal), printed);
    }

    [Fact]
    public void Fish_completes()
    {
        Programs.Need("fish");
        var run = PeakProcess.Bash(
            "fish --no-config -c 'peak completion fish | source; complete -C \"peak hosts @qu\"; complete -C \"peak gro\"'");
        Assert.Equal(["@qux\t2 hosts"], run.Lines[..1]);
        Assert.StartsWith("groups\t", run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_cluster_file_completes_to_nothing_in_silence()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("", PeakProcess.Bash($"peak complete fish -- --cluster {folder.Write("f", "-x\n")} hosts @").Out);
    }
}
