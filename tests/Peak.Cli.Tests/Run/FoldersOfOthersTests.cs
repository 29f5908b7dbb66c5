namespace Peak.Cli.Tests.Run;

/// <summary>Folders of control sockets and of temporary files that are not as they should be are no fault of a host.</summary>
public sealed class FoldersOfOthersTests : IClassFixture<SshServerFixture>, IDisposable
{
    private readonly RunHome _home;

    public FoldersOfOthersTests(SshServerFixture fixture)
    {
        var server = fixture.Server;
        _home = new(_ => $"Include {server.ClientConfiguration}\n");
    }

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("mkdir", "it belongs to user 0")]
    [InlineData("ln -s /nonexistent", "it is a symbolic link")]
    [InlineData("touch", "it is no folder")]
    public void Whoever_made_the_folder_of_control_sockets_first_keeps_nobody_from_work(string make, string fault)
    {
        Programs.NeedRoot("be another user");
        int user = Random.Shared.Next(300_000, 400_000);
        string folder = $"/tmp/peak-{user}";
        string line = $"export HOME={_home.Path}/home; mkdir -p $HOME; chown {user} $HOME; chmod 755 . ; {make} {folder}; "
            + "as() { setpriv --reuid $1 --clear-groups env -u XDG_RUNTIME_DIR XDG_STATE_HOME=$HOME/state bash -c \"$2\"; }; ";
        try
        {
            var run = _home.Bash($"{line} as {user} 'peak run -R ssh -w no-such.invalid true'");
            string mend = "mkdir -pm 700 $HOME/.peak; export XDG_RUNTIME_DIR=$HOME/.peak";
            Assert.Equal(
                (2, $"peak: '{folder}' can't be the folder of control sockets: {fault}. To use one of your own: {mend}\n"),
                (run.ExitCode, run.Error));
            run = _home.Bash($"{line} as {user} '{mend}; peak run -R ssh -w no-such.invalid true'");
            Assert.Equal(3, run.ExitCode);
        }
        finally
        {
            _home.Bash($"rm -rf {folder}");
        }
    }

    [Theory]
    [InlineData("'echo ran'")]
    [InlineData("--no-multiplex 'echo ran'")]
    [InlineData("-b 'head -c 40000000 /dev/zero >&2; echo ran'")]
    [InlineData("--stdin -f1 cat")]
    [InlineData("--no-multiplex --stdin -f1 cat")]
    [InlineData("--script script")]
    public void Without_a_folder_of_temporary_files_no_host_is_told_to_be_unreachable(string line)
    {
        _home.Write("script", "echo ran\n");
        var run = _home.Bash($"yes ran | head -n 1000000 | TMPDIR=/nonexistent peak run -w '127.0.9.[1-2]' {line}");
        Assert.DoesNotContain("unreachable", run.Error, StringComparison.Ordinal);
        if (run.ExitCode == 0) Assert.Contains("ran", run.Out, StringComparison.Ordinal);
        else Assert.Contains("'/nonexistent", run.Error, StringComparison.Ordinal);
    }
}
