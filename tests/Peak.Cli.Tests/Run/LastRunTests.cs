using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Peak.Cli.Tests.Run;

/// <summary>What is remembered of a run, and what is made of a file that no run has left there.</summary>
public sealed class LastRunTests : IDisposable
{
    private const string Good = """
        {"began":"2026-01-02T03:04:05+00:00","seconds":1.5,"command":"uptime","exitCode":1,"outcomes":[
        {"set":"ok","outcome":"exit status 0","nodeset":"n[1-2]","count":2,"hosts":["n1","n2"]},
        {"set":"failed","outcome":"exit status 1","nodeset":"n3","count":1,"hosts":["n3"]}]}
        """;

    private const string Id = "20260102T030405000";

    private readonly RunHome _home = new();

    public LastRunTests() => Directory.CreateDirectory(_home["state/peak/runs"]);

    public void Dispose() => _home.Dispose();

    private string FilePath => _home[$"state/peak/runs/{Id}.json"];

    private Finished Last(string contents, params string[] arguments)
    {
        File.WriteAllText(FilePath, contents);
        return _home.Peak(["last", .. arguments]);
    }

    private void AssertRefused(string why)
    {
        var last = _home.Peak("last");
        Assert.Equal((2, ""), (last.ExitCode, last.Out));
        Assert.Contains(FilePath, last.Error, StringComparison.Ordinal);
        Assert.Contains(why, last.Error, StringComparison.Ordinal);
        Assert.Equal(2, _home.Exec("-w", "@last:all", "echo", "%h").ExitCode);
    }

    [Fact]
    public void A_run_is_remembered_as_the_page_about_json_says()
    {
        _home.Exec("-w", "n[1-3]", "sh", "-c", "[ %h != n2 ] # <ü>");
        var last = JsonDocument.Parse(_home.Peak("last", "--json").Out).RootElement;
        Assert.Equal(["id", "began", "seconds", "command", "exitCode", "outcomes"], last.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("sh -c [ %h != n2 ] # <ü>", 1), (last.GetProperty("command").GetString(), last.GetProperty("exitCode").GetInt32()));
        Assert.Equal(
            [
                """{"set":"ok","outcome":"exit status 0","nodeset":"n[1,3]","count":2,"hosts":["n1","n3"]}""",
                """{"set":"failed","outcome":"exit status 1","nodeset":"n2","count":1,"hosts":["n2"]}""",
            ],
            last.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetRawText()));
        Assert.Equal("""["n1","n3"]""" + "\n", _home.Peak("last", "ok", "--json").Out);
    }

    [Fact]
    public void What_is_in_the_file_is_shown()
    {
        var last = Last(Good);
        Assert.Equal((0, ""), (last.ExitCode, last.Error));
        Assert.StartsWith("command: uptime\nbegan: 2026-01-0", last.Out, StringComparison.Ordinal);
        const string end = ", took 1.5 s, exit code 1\n@last:ok: n[1-2] (2)\n@last:failed, exit status 1: n3\n";
        Assert.EndsWith(end, last.Out, StringComparison.Ordinal);
        Assert.Equal("n3\n", _home.Peak("last", "failed").Out);
    }

    [Theory]
    [InlineData("1.5", "1e300", "'seconds' is no time")]
    [InlineData("1.5", "-1", "'seconds' is no time")]
    [InlineData("1.5", "1e999", "seconds")]
    [InlineData("1.5", "NaN", "'N' is an invalid start")]
    [InlineData("1.5", "\"NaN\"", "$.seconds")]
    [InlineData("1.5", "null", "$.seconds")]
    [InlineData("\"uptime\"", "null", "ommand")]
    [InlineData("\"uptime\"", "[]", "$.command")]
    [InlineData("\"exitCode\":1", "\"exitCode\":1.5", "$.exitCode")]
    [InlineData("\"exitCode\":1,", "", "exitCode")]
    [InlineData("2026-01-02T03:04:05+00:00", "yesterday", "$.began")]
    [InlineData("\"n1\"", "null", "a host has no name")]
    [InlineData("\"n1\"", "\"\"", "a host has no name")]
    [InlineData("\"n1\"", "{}", "$.outcomes[0].hosts[0]")]
    [InlineData("\"n1\"", "\"\\ud800\"", "$.outcomes[0].hosts[0]")]
    [InlineData("[\"n3\"]", "null", "osts")]
    [InlineData("\"set\":\"ok\"", "\"set\":\"all\"", "there is no set 'all'")]
    [InlineData("\"set\":\"ok\"", "\"set\":\"\\u001b[2J\"", "there is no set '^[[2J'")]
    [InlineData("{\"set\":\"ok\"", "null,{\"set\":\"ok\"", "a host has no name")]
    public void What_no_run_leaves_is_refused(string good, string bad, string why)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        File.WriteAllText(FilePath, Good.Replace(good, bad, StringComparison.Ordinal));
        AssertRefused(why);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("null", "it has none")]
    [InlineData("[]", "JSON value could not be converted")]
    [InlineData("{", "")]
    [InlineData("\0\0\0\0", "invalid start of a value")]
    public void What_is_no_record_is_refused(string contents, string why)
    {
        File.WriteAllText(FilePath, contents);
        AssertRefused(why == "no JSON" ? "does not contain any JSON" : why);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void Times_at_the_ends_of_the_calendar_are_no_crash(string began)
    {
        File.WriteAllText(FilePath, Good.Replace("2026-01-02T03:04:05+00:00", began, StringComparison.Ordinal));
        foreach (string zone in (string[])["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
            Assert.InRange(_home.Bash("peak last", ("TZ", zone)).ExitCode, 0, 2);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        File.WriteAllText(FilePath, new string('[', 1_000_000));
        AssertRefused("is no record of a run");
    }

    [Fact]
    public void A_file_larger_than_any_run_leaves_is_not_read()
    {
        using (var file = File.Create(FilePath)) file.SetLength(100 << 20);
        AssertRefused("is larger than 64 MB");
    }

    [Fact]
    public void A_fifo_is_refused_and_not_waited_for()
    {
        _home.Bash($"mkfifo -m 600 {FilePath}");
        AssertRefused("is no plain file");
    }

    [Fact]
    public void A_socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(FilePath));
        AssertRefused("is no plain file");
    }

    [Fact]
    public void A_device_is_refused()
    {
        if (_home.Bash($"mknod -m 600 {FilePath} c 1 5").ExitCode != 0) Assert.Skip("No device can be made here.");
        AssertRefused("is no plain file");
    }

    [Fact]
    public void A_folder_is_refused()
    {
        Directory.CreateDirectory(FilePath);
        AssertRefused("is no plain file");
    }

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        File.CreateSymbolicLink(FilePath, "/dev/zero");
        AssertRefused("is a symbolic link");
    }

    [Fact]
    public void A_file_that_others_may_write_to_is_refused()
    {
        File.WriteAllText(FilePath, Good);
        File.SetUnixFileMode(FilePath, File.GetUnixFileMode(FilePath) | UnixFileMode.OtherWrite);
        AssertRefused("others may write to");
    }

    [Fact]
    public void A_file_of_another_user_is_refused()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip("Only root can give a file away.");
        File.WriteAllText(FilePath, Good);
        Process.Start("chown", ["65534", FilePath]).WaitForExit();
        AssertRefused("belongs to another user");
    }

    [Fact]
    public void What_stands_there_is_no_hindrance_to_the_next_run()
    {
        _home.Bash($"mkfifo -m 600 {FilePath} {Path.GetDirectoryName(FilePath)}/{{x,20260102T030405001.journal,20260102T030405.json}}");
        _home.Exec("-w", "n1", "true");
        Assert.Equal("n1\n", _home.Peak("last", "ok").Out);
    }

    [Fact]
    public void Earlier_runs_are_remembered_by_how_long_ago_they_were_and_by_name()
    {
        foreach (string host in (string[])["n1", "n2", "n3"]) _home.Exec("-w", host, "sh", "-c", "exit 3");
        Assert.Equal(["n3", "n2", "n1"], Enumerable.Range(0, 3).Select(i => _home.Peak("last", "--run", $"~{i}", "failed").Out.Trim()));
        string[] ids = [.. _home.Peak("last", "--list").Lines.Select(line => line.Split(' ')[0])];
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), ids);
        Assert.Equal("n2\n", _home.Peak("last", "all", "--run", ids[1]).Out);
        var run = _home.Exec("-LN", "-w", $"@last:failed,@last~2:all,@run:{ids[1]}:failed,@run:{ids[1]}", "echo", "%h");
        Assert.Equal(["n1", "n2", "n3"], run.Lines);
        Assert.Equal(1, _home.Peak("last", "--run", "20010101T000000000").ExitCode);
        Assert.Equal(2, _home.Exec("-w", "@last~9:all", "echo").ExitCode);
    }

    [Fact]
    public void Only_the_last_runs_are_remembered()
    {
        _home.Bash("for i in {1..25}; do peak run -qR exec -w n$i true; done");
        Assert.Equal(20, _home.Peak("last", "--list").Lines.Length);
        Assert.Equal(20, Directory.GetFiles(_home["state/peak/runs"]).Length);
        Assert.Equal("n6\n", _home.Peak("last", "--run", "~19", "ok").Out);
    }

    [Fact]
    public void Runs_at_the_same_time_do_not_forget_each_other()
    {
        _home.Bash("for i in {1..8}; do peak run -qR exec -w n$i true & done; wait");
        string earlier = string.Join(',', Enumerable.Range(1, 7).Select(i => $"@last~{i}:ok"));
        var run = _home.Exec("-LN", "-w", $"@last:ok,{earlier}", "echo", "%h");
        Assert.Equal(["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"], run.Lines);
    }

    [Fact]
    public void A_run_that_could_not_begin_is_none()
    {
        _home.Exec("-w", "before", "true");
        var run = _home.Bash("mkdir -m 700 open; mkdir open/peak; chmod 777 open/peak; "
            + "XDG_RUNTIME_DIR=$PWD/open peak run -w n1 true; peak last all");
        Assert.EndsWith("before\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("can't be the folder of control sockets", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_runs_when_peak_is_killed_is_never_told_as_not_run()
    {
        var run = _home.Bash("""
            # What runs reads from here until all of this ends.
            mkfifo hold; exec 3<>hold
            for i in {1..20}; do
              mkdir ran$i
              peak run -R exec -f 8 -w 'n[1-9]' sh -c ">ran$i/%h; read x <hold" & pid=$!
              until [ -e ran$i/n1 ]; do :; done
              kill -KILL $pid; wait $pid
              # A child that is just being started still has what peak had open.
              until peak last | grep -q "ran$i/"; do :; done
              for host in $(peak nodeset -e "$(peak last notrun)"); do [ -e ran$i/$host ] && echo $host; done
            done 2>/dev/null
            """);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void Who_had_ended_when_peak_is_killed_in_a_check_has_ended()
    {
        var run = _home.Bash("""
            mkfifo hold; exec 3<>hold
            peak run -R exec -w 'n[1-2]' --check 'echo >>checks; read x <hold' true & pid=$!
            until [ "$(cat checks | wc -l)$(grep -c "ok" state/peak/runs/*.journal)" = 22 ]; do sleep 0.05; done 2>/dev/null
            kill -KILL $pid; wait $pid
            until peak last | grep -q @last; do :; done
            peak last ok
            """);
        Assert.Equal("n[1-2]\n", run.Out);
    }

    [Fact]
    public void Of_a_run_that_was_killed_is_known_what_had_happened_until_then()
    {
        _home.Exec("-w", "before", "true");
        var run = _home.Bash("""
            mkfifo ready
            peak run -f 2 -R exec -w 'n[1-4]' sh -c 'test %h = n1 || { echo %h; exec sleep 1000; }' >ready & pid=$!
            exec 3<ready; read a <&3; read b <&3
            peak last all
            # What it knows is written down as soon as nothing more happens.
            until grep -qs "ok" state/peak/runs/*.journal; do sleep 0.05; done
            children=$(cat /proc/$pid/task/*/children); kill -KILL $pid $children; wait $pid
            peak last
            peak last --json
            echo '{' >state/peak/runs/20200101T000000000.json
            peak last --list; echo $?
            """);
        Assert.Equal("before", run.Lines[0]); // as long as it goes on it is not the last one
        Assert.Equal("command: sh -c test %h = n1 || { echo %h; exec sleep 1000; }", run.Lines[1]);
        Assert.Matches(@", peak was killed, last heard of its hosts after 0\.\d s$|, peak was killed$", run.Lines[2]);
        Assert.Equal(
            [
                "@last:ok: n1", "@last:failed, peak was killed: may still run: n[2-3] (2)",
                "@last:notrun, peak was killed before: n4",
            ],
            run.Lines[3..6]);
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(run.Lines[6]).RootElement.GetProperty("exitCode").ValueKind);
        // A record that can't be read hides no other.
        Assert.Contains("peak was killed, 1 of 4 succeeded: ", run.Lines[7], StringComparison.Ordinal);
        Assert.EndsWith("exit code 0, 1 of 1 succeeded: true", run.Lines[8], StringComparison.Ordinal);
        Assert.Equal("1", run.Lines[9]);
        Assert.Contains("20200101T000000000.json' is no record of a run; remove it", run.Error, StringComparison.Ordinal);
    }
}
