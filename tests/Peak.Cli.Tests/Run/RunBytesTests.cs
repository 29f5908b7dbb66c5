using System.Text.Json;

namespace Peak.Cli.Tests.Run;

/// <summary>What is typed is bytes, not always UTF-8: it reaches hosts as it is. 0xE9 is é in Latin-1; cat -v shows it as M-i.</summary>
public sealed class RunBytesTests : IClassFixture<SshServerFixture>, IDisposable
{
    private readonly RunHome _home;

    public RunBytesTests(SshServerFixture fixture)
    {
        var server = fixture.Server;
        _home = new(_ => $"Include {server.ClientConfiguration}\n");
        _home.Write("script", "printf '%s' \"$1\"\n");
    }

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("-w n1 -R exec printf $'caf\\xe9'")]
    [InlineData("-w %h -R exec printf $'caf\\xe9'")]
    [InlineData("-R local -w n1 $'printf caf\\xe9'")]
    [InlineData("-R local -w n1 --env $'A=caf\\xe9' 'printf %s $A'")]
    [InlineData("-R local -w n1 --script script $'caf\\xe9'")]
    [InlineData("-w 127.0.0.2 $'printf caf\\xe9'")]
    [InlineData("-w 127.0.0.2 --env $'A=caf\\xe9' 'printf %s $A'")]
    [InlineData("-w 127.0.0.2 --script script $'caf\\xe9'")]
    [InlineData("-w 127.0.0.2 --no-multiplex $'printf caf\\xe9'")]
    [InlineData("-w 127.0.0.2 --no-multiplex --env $'A=caf\\xe9' 'printf %s $A'")]
    public void Arguments_reach_the_host_as_they_are(string line) =>
        Assert.Equal("cafM-i", _home.Bash($"peak run -N {line} | cat -v").Out);

    [Fact]
    public void So_do_variables_of_ours() =>
        Assert.Equal("M-i\n", _home.Bash("A=$'\\xe9' peak run -N -R exec -w n1 printenv A | cat -v").Out);

    [Fact]
    public void A_replacement_character_stays_one() =>
        Assert.Equal("\ufffd\n", _home.Peak("run", "-N", "-R", "exec", "-w", "n1", "echo", "\ufffd").Out);

    [Theory]
    [InlineData("peak run -q -L -R exec -w $'h\\xe9[1-2]' echo %h")]
    [InlineData("printf 'h\\xe9[1-2]' | peak run -q -L -R exec -w - echo %h")]
    [InlineData("printf 'h\\xe9[1-2]' >hosts; peak run -q -L -R exec --hostfile hosts echo %h")]
    public void Names_of_hosts_are_bytes(string line) => Assert.Equal("hM-i1: hM-i1\nhM-i2: hM-i2\n", _home.Bash($"{line} | cat -v").Out);

    [Fact]
    public void The_last_run_knows_them()
    {
        _home.Bash("peak run -R exec -w $'h\\xe9[1-2]' true $'\\xe8'");
        Assert.Contains("command: true M-h\n", _home.Bash("peak last | cat -v").Out, StringComparison.Ordinal);
        Assert.Equal("hM-i[1-2]\n", _home.Bash("peak last ok | cat -v").Out);
        Assert.Equal("hM-i1\nhM-i2\n", _home.Bash("peak run -qNL -R exec -w @last:ok echo %h | cat -v").Out);
    }

    [Theory]
    [InlineData("peak run --json -R exec -w $'h\\xe9' true", "{\"event\":\"started\",\"host\":{\"base64\":\"aOk=\"},\"attempt\":1}")]
    [InlineData("peak nodeset --json -e $'h\\xe9[1-2]'", "[{\"base64\":\"aOkx\"},{\"base64\":\"aOky\"}]")]
    [InlineData("printf 'h\\xe9: x\\n' | peak gather --json",
        "{\"groups\":[{\"nodeset\":{\"base64\":\"aOk=\"},\"count\":1,\"hosts\":[{\"base64\":\"aOk=\"}],\"stdout\":\"x\\n\"}]}")]
    public void Json_has_them_in_base64(string line, string expected) => Assert.Equal(expected, _home.Bash(line).Lines[0]);

    [Fact]
    public void Json_of_a_dry_run_and_of_the_last_has_the_command_in_base64()
    {
        Assert.Equal([.. "true "u8, 0xe9], CommandIn(_home.Bash("peak run -n --json -R local -w n1 $'true \\xe9'").Out));
        _home.Bash("peak run -R local -w n1 $'true \\xe9'");
        Assert.Equal([.. "true "u8, 0xe9], CommandIn(_home.Bash("peak last --json").Out));

        static byte[] CommandIn(string json) =>
            JsonDocument.Parse(json).RootElement.GetProperty("command").GetProperty("base64").GetBytesFromBase64();
    }

    [Fact]
    public void A_terminal_is_shown_the_byte() =>
        Assert.StartsWith(
            "\e[36mh\\xe9:\e[0m \\xe9\r\n",
            _home.OnTerminal("peak run -R exec -w $'h\\xe9' echo $'\\xe9'").Out,
            StringComparison.Ordinal);

    [Fact]
    public void A_password_is_bytes_too()
    {
        _home.WriteProgram(
            "bin/sudo",
            "#!/bin/bash\nLC_ALL=C; IFS= read -r password; printf %s \"$password\" | od -An -tx1 >>password; exit 1\n");
        _home.Bash("""
            mkfifo typed
            { until grep -q become typescript; do sleep 0.05; done; printf 'caf\xe9\n'; cat typed; } 2>/dev/null |
              { script -qef typescript -c "peak run --sudo -R local -w n1 true"; echo >typed; }
            """, ("SHELL", "/bin/bash"));
        Assert.StartsWith(" 63 61 66 e9\n", File.ReadAllText(_home["password"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run -R local -w n1 --script ''")]
    [InlineData("run -R exec --hostfile '' true")]
    [InlineData("gather ''")]
    [InlineData("check ''")]
    [InlineData("help --man ''")]
    [InlineData("nodeset --groupsconf '' -f @a")]
    public void An_empty_name_is_that_of_no_file(string line)
    {
        var run = _home.Bash($"peak {line}");
        Assert.Equal((2, "peak: '' is no name of a file\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("run -R local -w n1 --script $'x\\xe9'")]
    [InlineData("run -R exec -w n1 --output-dir $'x\\xe9' true")]
    [InlineData("run -R exec --hostfile $'x\\xe9' true")]
    [InlineData("--cluster $'x\\xe9' hosts")]
    [InlineData("nodeset --cluster $'x\\xe9' -f @a")]
    [InlineData("help --man $'x\\xe9'")]
    public void A_file_whose_name_is_no_UTF_8_is_not_taken_for_another(string line)
    {
        var run = _home.Bash($"peak {line}");
        Assert.Equal((2, "peak: 'x\\xe9' is no UTF-8, as names of files have to be\n"), (run.ExitCode, run.Error));
        Assert.Equal("", _home.Bash("ls -d x* || :").Out);
    }
}
