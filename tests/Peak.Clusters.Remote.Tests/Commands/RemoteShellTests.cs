using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Peak.Clusters.Remote.Commands;

namespace Peak.Clusters.Remote.Tests.Commands;

[UnsupportedOSPlatform("windows")]
public sealed class RemoteShellTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peak shell ");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Shells.Login), MemberType = typeof(Shells))]
    public async Task A_script_gets_its_arguments_and_the_rest_of_the_input_and_is_removed(string shell)
    {
        const string Script = "#!/bin/sh -u\nprintf '<%s>' \"$@\" $-; cat; ls \"$TMPDIR\"; exit 5\n";
        var start = Shells.Start(shell, "-c", RemoteShell.Script(Encoding.UTF8.GetBytes(Script), ["it's", "a  b", "\\\\ !", ""]));
        start.Environment["TMPDIR"] = _folder.FullName;
        var (code, output, error) = await Shells.RunAsync(start, Script + "the rest\n");
        Assert.Equal("", error);
        Assert.Matches("^<it's><a  b><\\\\\\\\ !><><u>the rest\npeak\\.[A-Za-z0-9]{10}\n$", output);
        Assert.Equal(5, code);
        Assert.Empty(_folder.GetFiles());
    }

    [Theory]
    [InlineData("echo $0", "sh")]
    [InlineData("#!/bin/cat\nText\n", "cat")]
    [InlineData("#! /usr/bin/env\tsed -n 2p\nText", "sed")]
    public async Task A_script_is_run_by_the_interpreter_it_names(string script, string interpreter)
    {
        // env takes "sed -n 2p" for one word, as it does when the kernel starts it; so it finds no such program.
        var shell = Shells.Start("sh", "-c", RemoteShell.Script(Encoding.UTF8.GetBytes(script), []));
        var (code, output, error) = await Shells.RunAsync(shell, script);
        switch (interpreter)
        {
            case "sh":
                Assert.Matches("/peak\\.", output);
                break;
            case "cat":
                Assert.Equal((0, script), (code, output));
                break;
            default:
                Assert.Equal(127, code);
                Assert.Contains("sed -n 2p", error, StringComparison.Ordinal);
                break;
        }
    }

    [Fact]
    public async Task A_script_sees_the_environment_as_it_is()
    {
        byte[] script = "echo $n $f $u $size $file $l $p; env"u8.ToArray();
        var start = Shells.Start("sh", "-c", RemoteShell.Script(script, []));
        foreach (string name in "n f u size file l p".Split(' ')) start.Environment[name] = $"my-{name}";
        var (_, output, _) = await Shells.RunAsync(start, Encoding.UTF8.GetString(script));
        Assert.StartsWith("my-n my-f my-u my-size my-file my-l my-p\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("peak_", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells.Login), MemberType = typeof(Shells))]
    public async Task Sudo_gets_the_password_and_the_command_the_rest(string shell)
    {
        string line = RemoteShell.SudoWithPassword("cat; echo \"I'm $SUDO_AS\\!\"; env | grep -c geheim", "app", "0123mark");
        var start = Shells.Start(shell, "-c", line);
        UseSudo(start);
        // What the login environment exports under our names must not carry the password.
        start.Environment["peak_secret"] = start.Environment["peak_line"] = "exported";
        var (_, output, error) = await Shells.RunAsync(start, "geheim\ngeheim\n0123mark\nfirst\n0123mark\nlast");
        Assert.Equal("", error);
        Assert.Equal("first\n0123mark\nlastI'm app\\!\n0\n", output);
    }

    [Fact]
    public async Task A_wrong_password_is_one_attempt()
    {
        var start = Shells.Start("sh", "-c", RemoteShell.SudoWithPassword("echo never", "app", "0123mark"));
        UseSudo(start);
        Assert.Equal((1, "", "wrong password\n"), await Shells.RunAsync(start, "wrong\nwrong\n0123mark\n"));
    }

    [Fact]
    public async Task Through_sudo_too_a_command_ends_before_its_input_does()
    {
        var start = Shells.Start("sh", "-c", RemoteShell.SudoWithPassword("echo done; exit 4", "app", "0123mark"));
        UseSudo(start);
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("geheim\ngeheim\n0123mark\nfirst\n");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("done\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, process.ExitCode);
    }

    // Reads the password anew each time, as sudo does without a terminal.
    private void UseSudo(ProcessStartInfo start)
    {
        Programs.Write(Path.Join(_folder.FullName, "sudo"), """
            #!/bin/sh
            while [ $# -gt 0 ]; do
              case $1 in
                -S) ;; -v) check=1 ;; -p) shift ;; -u) shift; user=$1 ;; --) shift; break ;;
              esac
              shift
            done
            IFS= read -r password
            [ "$password" = geheim ] || { echo 'wrong password' >&2; exit 1; }
            [ -z "$check" ] || exit 0
            SUDO_AS=$user exec "$@"
            """);
        start.Environment["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
