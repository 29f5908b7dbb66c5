namespace Peak.Cli.Tests;

public class InstallTests
{
    [Fact]
    public void Binary_completions_and_manual_are_put_in_place()
    {
        using var folder = new TemporaryFolder();
        _ = PeakProcess.Binary;
        var run = PeakProcess.Start(Checkout.Path("peak"), ["--install", folder["a b/bin"]]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                folder["a b/bin/peak"],
                folder["a b/share/bash-completion/completions/peak"],
                folder["a b/share/zsh/site-functions/_peak"],
                folder["a b/share/fish/vendor_completions.d/peak.fish"],
            ],
            run.Lines[..4]);
        Assert.Equal(folder["a b/share/man/man1/peak.1"], run.Lines[4]);
        Assert.Contains(folder["a b/share/man/man1/peak-run.1"], run.Lines);
        Assert.All(run.Lines, file => Assert.NotEqual(0, new FileInfo(file).Length));
        Assert.Contains("is not in $PATH", run.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"bash completes after this line in ~/.bashrc: source '{folder["a b/share/bash-completion/completions/peak"]}'\n",
            run.Error,
            StringComparison.Ordinal);
        Assert.StartsWith("peak ", PeakProcess.Start(folder["a b/bin/peak"], ["--version"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_zsh_needs_is_said_and_is_enough()
    {
        Programs.Need("zsh");
        using var folder = new TemporaryFolder();
        _ = PeakProcess.Binary;
        string session = $"""
            export HOME={folder.Path} PATH={folder["bin"]}:$PATH XDG_DATA_HOME={folder["share"]}
            {Checkout.Path("peak")} --install {folder["bin"]} 2>said >/dev/null
            sed -n 's/^peak: zsh completes after this line in ~.\.zshrc, before compinit: //p' said >.zshrc
            echo 'autoload -U compinit; compinit -u -D' >>.zshrc
            zsh -ic 'whence -v _peak; print $_comps[peak]' 2>/dev/null
            {Checkout.Path("peak")} --install {folder["bin"]} 2>&1 >/dev/null
            """;
        var run = PeakProcess.Start("bash", ["-c", session], folder: folder.Path);
        Assert.Contains("_peak\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("zsh completes", run.Out, StringComparison.Ordinal);
        Assert.Contains("fpath=(", File.ReadAllText(folder[".zshrc"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nope")]
    [InlineData("a", "b")]
    public void Wrong_usage_installs_nothing(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        _ = PeakProcess.Binary;
        Assert.Equal(2, PeakProcess.Start(Checkout.Path("peak"), ["--install", .. arguments], folder: folder.Path).ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void In_a_fresh_clone_the_command_is_built_once()
    {
        using var folder = new TemporaryFolder();
        // A clone in miniature, and a dotnet that makes the folders that building makes, later than the build began.
        var run = PeakProcess.Start("bash", ["-ec", $$"""
            cp -R {{Checkout.Path("peak")}} {{Checkout.Path("eng")}} .
            mkdir -p docs/diagnostics src/Peak.{Cli,Clusters,Clusters.ClusterShell,Clusters.Remote} tools
            touch global.json Directory.{Build,Packages}.props src/Directory.Build.props
            cat >tools/dotnet <<'END'
            #!/bin/bash
            until [[ later -nt artifacts/bin/.built.new ]]; do touch later; done
            mkdir -p src/Peak.{Cli,Clusters,Clusters.ClusterShell,Clusters.Remote}/{bin,obj} artifacts/publish
            printf '#!/bin/sh\necho built: "$@"\n' >artifacts/publish/peak
            chmod +x artifacts/publish/peak
            END
            chmod +x tools/dotnet
            PATH=$PWD/tools:$PATH
            ./peak one; ./peak two; ls src
            """], folder: folder.Path);
        Assert.Equal(
            [
                "built: one", "built: two",
                "Directory.Build.props", "Peak.Cli", "Peak.Clusters", "Peak.Clusters.ClusterShell", "Peak.Clusters.Remote",
            ],
            run.Lines);
        Assert.Single(run.Error.Split('\n'), line => line.StartsWith("peak: building ", StringComparison.Ordinal));
    }
}
