namespace Peak.Cli.Tests;

/// <summary>ClusterShell's group sources beside a cluster file, and in place of one.</summary>
public sealed class NodeSetGroupSourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peak-nodeset-").FullName;

    public NodeSetGroupSourcesTests()
    {
        Write(
            "groups.conf",
            "[Main]\ndefault: racks\nautodir: $CFGDIR/groups.d\n\n"
            + "[echo]\nmap: echo $GROUP-[1-2]\n\n[slow]\nmap: echo n1\nlist: echo a b\n");
        Write("groups.d/racks.yaml", "racks:\n  r1: 'n[1-20]'\n  r2: 'n[21-40]'\n  row: '@r[1-2]'\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("-f @racks:row", "n[1-40]")]
    [InlineData("-f @racks:r1!@racks:r2,one.baz.com", "n[1-20],one.baz.com")]
    [InlineData("-f -s racks @row", "n[1-40]")]
    [InlineData("-c -s racks -a", "40")]
    [InlineData("-f -s racks n?", "n[1-9]")]
    [InlineData("-f @echo:abc", "abc-[1-2]")]
    [InlineData("-f @prime!@odd", "two.baz.com")]
    [InlineData("--list-sources", "cluster (default)\nracks\necho\nslow")]
    [InlineData("-r -s racks n[1-40]", "@racks:row")]
    [InlineData("-r -G -s racks n[1-21]", "@r1,n21")]
    [InlineData("-LG", "@even\n@odd\n@prime\n@qux\n@weird\n@r1\n@r2\n@row\n@a\n@b")]
    [InlineData("-ll -s racks n3", "@racks:r1 n3\n@racks:row n3")]
    public void They_stand_beside_the_cluster_file(string arguments, string output) =>
        Assert.Equal((0, output + "\n"), Answer(Run(["nodeset", "--cluster", Checkout.Sample, .. arguments.Split(' ')])));

    [Theory]
    [InlineData("-f @row", "n[1-40]")]
    [InlineData("--list-sources", "racks (default)\necho\nslow")]
    public void Without_a_cluster_file_they_are_the_only_ones(string arguments, string output) =>
        Assert.Equal((0, output + "\n"), Answer(Run(["nodeset", .. arguments.Split(' ')])));

    [Fact]
    public void A_source_that_says_what_the_cluster_file_says_is_listed_once()
    {
        Write("groups.conf", "[Main]\nautodir: $CFGDIR/groups.d\n");
        Write("groups.d/racks.yaml", "same:\n  g: 'n[1-3]'\nother:\n  g: n1\n");
        Write("cluster", "GROUP:g\nn1\nn2\nn3\n");
        Assert.Equal((0, "@g\n@other:g\n"), Answer(Run("nodeset", "--cluster", Path.Combine(_folder, "cluster"), "-L")));
    }

    [Fact]
    public void A_source_that_can_not_list_its_groups_is_told_and_passed_over_by_L_only()
    {
        var all = Run("nodeset", "-L");
        Assert.Equal(0, all.ExitCode);
        Assert.Contains("the group source 'echo' can't list its groups", all.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), Answer(Run("nodeset", "-l", "-s", "echo")));
    }

    [Theory]
    [InlineData("-f -s nosuch n1")]
    [InlineData("-R -f -s nosuch 1")]
    [InlineData("-r -s nosuch n1")]
    public void A_source_that_there_is_not_is_an_error_also_where_no_set_needs_it(string arguments)
    {
        var run = Run(["nodeset", .. arguments.Split(' ')]);
        Assert.Equal((1, ""), Answer(run));
        Assert.Contains("There is no group source 'nosuch'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_knows_no_groups_of_nodes_says_so_and_the_nodes_are_written()
    {
        var run = Run("nodeset", "-s", "echo", "-r", "n1", "n2");
        Assert.Equal((0, "n[1-2]\n"), Answer(run));
        Assert.Contains("the group source 'echo' does not know which groups a node is in", run.Error, StringComparison.Ordinal);
        Assert.Equal("", Run("nodeset", "-q", "-s", "echo", "-r", "n1", "n2").Error);
    }

    [Fact]
    public void A_source_that_fails_is_told_the_others_are_listed_and_it_is_no_success()
    {
        const string sources = "[failing]\nmap: echo n1\nlist: false\n\n[slow]\nmap: echo n1\nlist: echo a\n";
        Write("groups.conf", $"[Main]\nautodir: $CFGDIR/groups.d\n\n{sources}");
        var run = Run("nodeset", "-L");
        Assert.Equal((1, "@r1\n@r2\n@row\n@slow:a\n"), Answer(run));
        Assert.Contains("the group source 'failing' is not listed to its end", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_the_configuration_are_told_the_others_answer_and_it_is_no_success()
    {
        Write("groups.d/broken.yaml", "broken: not a mapping\nother: {'a&b': n1, c: n2}\n");
        var run = Run("nodeset", "-f", "@row");
        Assert.Equal((1, "n[1-40]\n"), Answer(run));
        Assert.Contains("broken.yaml:1:9: the group source 'broken' must be a mapping", run.Error, StringComparison.Ordinal);
        Assert.Equal((1, "@other:c\n"), Answer(Run("nodeset", "-l", "-s", "other")));
    }

    [Fact]
    public void Groups_beside_no_configuration_file_are_told_to_be_unread()
    {
        Write("clustershell/groups.conf.d/mine.conf", "[mine]\nmap: echo n1\n");
        var run = Run("nodeset", "-f", "@row");
        Assert.Equal((0, "n[1-40]\n"), Answer(run));
        Assert.Contains("groups.conf.d' is not read, because there is no", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_stops_what_would_run_on_hosts()
    {
        Write("groups.d/broken.yaml", "broken: not a mapping\n");
        var run = Run("run", "-R", "exec", "-w", "@racks:r1", "echo", "ran");
        Assert.Equal((2, ""), Answer(run));
        Assert.Contains("the group source 'broken' must be a mapping", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_without_groups_never_reads_the_configuration()
    {
        Write("groups.conf", "[Main\n");
        Assert.Equal((0, "n[1-2]\n"), Answer(Run("nodeset", "-f", "n1", "n2")));
        Assert.Equal((0, "3\n"), Answer(Run("nodeset", "--cluster", Checkout.Sample, "-c", "@odd")));
        var run = Run("nodeset", "-f", "@row");
        Assert.Equal((1, ""), Answer(run));
        Assert.Contains("groups.conf:1: '[Main' stands before the first [section]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_name_is_no_command()
    {
        string touched = Path.Combine(_folder, "touched");
        var run = Run("nodeset", "-f", $"@echo:a;touch {touched}");
        Assert.Equal((1, ""), Answer(run));
        Assert.Contains("may mean something to a shell", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(touched));
    }

    [Fact]
    public void Commands_of_a_file_that_others_may_write_are_not_run()
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(Path.Combine(_folder, "groups.conf"), (UnixFileMode)0b110_110_110);
        var run = Run("nodeset", "-f", "@echo:abc");
        Assert.Equal((1, ""), Answer(run));
        Assert.Contains("is not run: others may write", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_configuration_can_be_named()
    {
        Write("custom.conf", "[mine]\nmap: echo m[1-3]\nlist: echo x\n");
        var run = Run("nodeset", "--cluster", Checkout.Sample, "--groupsconf", Path.Combine(_folder, "custom.conf"), "-f", "@x");
        Assert.Equal((0, "m[1-3]\n"), Answer(run));
    }

    private static (int ExitCode, string Out) Answer(Finished run) => (run.ExitCode, run.Out);

    private Finished Run(params string[] arguments) =>
        PeakProcess.Start(
            PeakProcess.Binary,
            arguments,
            environment: [("CLUSTERSHELL_CFGDIR", _folder), ("HOME", _folder), ("XDG_CONFIG_HOME", _folder)]);

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
