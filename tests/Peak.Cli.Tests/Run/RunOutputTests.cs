using System.Text.Json;

namespace Peak.Cli.Tests.Run;

/// <summary>How a run is shown.</summary>
public sealed class RunOutputTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Whole_lines_with_the_names_of_their_hosts_and_errors_apart()
    {
        var run = _home.Exec("-f1", "-w", "n[1-2]", "sh", "-c", "printf 'out of %h'; echo oops >&2");
        Assert.Equal("n1: out of n1\nn2: out of n2\n", run.Out);
        Assert.StartsWith("n1: oops\nn2: oops\npeak: 2 hosts in ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_many_hosts_are_never_mixed()
    {
        var run = _home.Exec("-q", "-w", "n[1-50]", "sh", "-c", "for i in 1 2 3; do printf 'begin-'; printf '%h-'; echo end; done");
        Assert.Equal(150, run.Lines.Length);
        Assert.All(run.Lines, line => Assert.Equal($"{line.Split(':')[0]}: begin-{line.Split(':')[0]}-end", line));
    }

    [Fact]
    public void Without_labels_one_host_is_byte_for_byte() =>
        Assert.Equal("no end\0\r", _home.Exec("-N", "-w", "n1", "printf", "no end\\0\\r").Out);

    [Fact]
    public void Quiet_means_only_the_hosts_speak() =>
        Assert.Equal("", _home.Exec("-q", "-w", "n[1-2]", "false").Error);

    [Fact]
    public void Gathered_by_output_and_status()
    {
        var run = _home.Exec("-b", "-w", "n[1-4]", "sh", "-c", "test %n -ge 2 && echo other || echo same; test %n != 3");
        // Each block as soon as no host can join it any more: in which order they end, nobody promises.
        Assert.Equal(["n3 other", "n4: exit status 1 other", "n[1-2] (2) same"], Blocks(run.Out).Order(StringComparer.Ordinal));
        Assert.Contains("4 hosts in ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            ": 3 succeeded, 1 failed\n  succeeded: n[1-3] (3)\n  failed, exit status 1: n4\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Gathered_line_by_line() =>
        Assert.Equal(
            "n[1-2]: a\nn[1-2]: b\nn3: a\n",
            _home.Exec("-bL", "-f1", "-w", "n[1-3]", "sh", "-c", "echo a; test %n = 2 || echo b").Out);

    [Fact]
    public void A_group_that_nobody_can_join_any_more_is_shown_while_others_run()
    {
        _home.Bash("mkfifo go");
        // The last host prints something else, and ends only when the others have been shown.
        var run = _home.Bash("""
            peak run -q -R exec -b -w 'n[1-3]' sh -c 'test %n = 2 && echo different && read x <go; echo same' |
            while read line; do echo "$line"; test "$line" = same && test -z "$told" && told=1 && echo >go; done
            """);
        Assert.Equal(
            ["---------------", "n[1-2] (2)", "---------------", "same", "---------------", "n3", "---------------", "different", "same"],
            run.Lines);
    }

    [Fact]
    public void So_is_one_while_a_host_was_not_reached_at_all()
    {
        // The last host prints only when the others have been shown.
        var run = _home.Bash("""
            mkfifo go
            printf '#!/bin/sh\necho same\n' | tee n1 >n2
            printf '#!/bin/sh\necho different; read x <go\n' >n3
            chmod +x n?
            peak run -q -R exec -b -w 'n[1-3],missing' ./%h |
            while read line; do echo "$line"; test "$line" = same && echo >go; done
            """);
        Assert.Equal(
            ["---------------", "n[1-2] (2)", "---------------", "same", "---------------", "n3", "---------------", "different"],
            run.Lines);
    }

    [Fact]
    public void In_the_order_of_hosts()
    {
        var run = _home.Exec("-q", "-L", "-w", "n[1-9]", "sh", "-c", "echo a; echo %h");
        Assert.Equal(Enumerable.Range(1, 9).SelectMany(n => (string[])[$"n{n}: a", $"n{n}: n{n}"]), run.Lines);
    }

    [Fact]
    public void In_order_the_first_that_has_not_ended_is_shown_while_it_runs()
    {
        // Each host goes on when what it has printed so far has been read; the second one within a line.
        var run = _home.Bash("""
            mkfifo n1 n2
            peak run -q -R exec -L -w 'n[1-3]' sh -c 'echo %h begins; printf "and "; test %h = n3 || read x <%h; echo ends' |
            while read -r line; do
                echo "$line"
                test "$line" = 'n1: n1 begins' && echo >n1
                test "$line" = 'n2: n2 begins' && echo >n2
            done
            """);
        Assert.Equal(["n1: n1 begins", "n1: and ends", "n2: n2 begins", "n2: and ends", "n3: n3 begins", "n3: and ends"], run.Lines);
    }

    [Fact]
    public void In_order_a_host_that_is_tried_again_keeps_what_it_printed_before()
    {
        var run = _home.Exec(
            "-q", "-L", "--retries", "1", "--retry-commands", "-w", "n[1-2]",
            "sh", "-c", "printf %h; test -e %h.tried || { >%h.tried; exit 1; }");
        Assert.Equal(["n1: n1", "n1: n1", "n2: n2", "n2: n2"], run.Lines);
    }

    [Fact]
    public void The_difference_to_the_commonest()
    {
        var run = _home.Exec("-q", "--diff", "-w", "n[1-3]", "sh", "-c", "echo a; test %n = 0 && echo b; echo c");
        Assert.Equal("""
            ---------------
            n[2-3] (2)
            ---------------
            a
            c
            --- n[2-3] (2)
            +++ n1
            @@ -1,2 +1,3 @@
             a
            +b
             c

            """, run.Out);
    }

    [Fact]
    public void On_a_terminal_hosts_are_coloured_and_do_not_drive_it()
    {
        var run = _home.OnTerminal("peak run -q -R exec -w n1 printf 'a\\033[2Jb\\007\\r\\n'");
        Assert.Equal("\e[36mn1:\e[0m a^[[2Jb^G\r\n", run.Out);
    }

    [Fact]
    public void Elsewhere_bytes_are_as_they_are() =>
        Assert.Equal("n1: a\e[2Jb\a\r\n", _home.Exec("-q", "-w", "n1", "printf", "a\\033[2Jb\\007\\r\\n").Out);

    [Fact]
    public void Events_as_JSON_lines()
    {
        var run = _home.Exec("--json", "-q", "-w", "n1", "-w", "n\"2", "-f1", "sh", "-c", "printf 'a\\nb\\377'; echo err >&2; exit %n");
        var events = run.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["started", "stdout", "stdout", "ended"], events.Where(e => Is(e, "n1") && Name(e) != "stderr").Select(Name));
        Assert.Equal("a", events.First(e => Name(e) == "stdout").GetProperty("line").GetString());
        Assert.Equal(
            [(byte)'b', 0xff],
            events.First(e => e.TryGetProperty("lineBase64", out _)).GetProperty("lineBase64").GetBytesFromBase64());
        Assert.Equal("err", events.First(e => Name(e) == "stderr").GetProperty("line").GetString());
        var end = events.Single(e => Name(e) == "ended" && Is(e, "n\"2"));
        Assert.Equal(("exited", 1), (end.GetProperty("outcome").GetString(), end.GetProperty("status").GetInt32()));
        Assert.Equal(1, events[^1].GetProperty("succeeded").GetInt32());

        static string Name(JsonElement e) => e.GetProperty("event").GetString()!;
        static bool Is(JsonElement e, string host) => e.TryGetProperty("host", out var name) && name.GetString() == host;
    }

    [Fact]
    public void Parts_of_a_line_in_JSON_say_that_it_goes_on()
    {
        var run = _home.Exec("--json", "-q", "-w", "n1", "sh", "-c", "head -c 2500000 /dev/zero | tr '\\0' x; echo; echo short");
        var lines = run.Lines.Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.TryGetProperty("line", out _));
        Assert.Equal(
            [(1 << 20, true), (1 << 20, true), (2_500_000 - (2 << 20), false), (5, false)],
            lines.Select(e => (
                e.GetProperty("line").GetString()!.Length, e.TryGetProperty("partial", out var partial) && partial.GetBoolean())));
    }

    [Fact]
    public void Groups_as_one_JSON_document()
    {
        var run = _home.Exec("--json", "-b", "-w", "n[1-3]", "sh", "-c", "echo same; exit $((%n / 2))");
        var groups = JsonDocument.Parse(run.Out).RootElement.GetProperty("groups");
        Assert.Equal(["n[1-2]", "n3"], groups.EnumerateArray().Select(g => g.GetProperty("nodeset").GetString()));
        Assert.Equal(["same\n", "same\n"], groups.EnumerateArray().Select(g => g.GetProperty("stdout").GetString()));
    }

    [Fact]
    public void A_file_for_each_host_and_stream()
    {
        var run = _home.Exec("--output-dir", "out", "-w", "n[1-2]", "sh", "-c", "printf 'out %h'; echo err >&2; exit %n");
        Assert.Equal(("", 1), (run.Out, run.ExitCode));
        Assert.Equal(
            ["n1.err", "n1.out", "n2.err", "n2.out", "status.json"],
            Directory.EnumerateFiles(_home["out"]).Select(Path.GetFileName).Order());
        Assert.Equal("out n1", File.ReadAllText(_home["out/n1.out"]));
        Assert.Equal("err\n", File.ReadAllText(_home["out/n2.err"]));
        var status = JsonDocument.Parse(File.ReadAllText(_home["out/status.json"])).RootElement;
        Assert.Equal(1, status.GetProperty("hosts").GetProperty("n2").GetProperty("status").GetInt32());
    }

    [Fact]
    public void Names_of_hosts_do_not_lead_out_of_the_folder()
    {
        _home.Exec("--output-dir", "out", "-w", "../evil,a/b,..,%2e", "echo", "x");
        Assert.Equal(["%25", "%2E.", "%2E.%2Fevil", "a%2Fb"],
            Directory.EnumerateFiles(_home["out"], "*.out")
                .Select(f => Path.GetFileNameWithoutExtension(f)!)
                .Select(f => f == "%252e" ? "%25" : f)
                .Order(StringComparer.Ordinal));
        Assert.False(File.Exists(_home["evil.out"]));
    }

    [Fact]
    public void Files_of_the_run_before_in_the_folder_are_not_left_beside_those_of_this_one()
    {
        _home.Bash("peak run -R exec --output-dir out -w $'n[1-2],a/b,\\xe9' echo x; echo mine >out/mine.out");
        Assert.Equal(10, Directory.GetFiles(_home["out"]).Length);
        _home.Exec("--output-dir", "out", "-w", "n2", "echo", "x");
        Assert.Equal(
            ["mine.out", "n2.err", "n2.out", "status.json"], Directory.GetFiles(_home["out"]).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("{\"hosts\":{\"../precious\":{},\"..\":{},\"\":{}}}", 0)]
    [InlineData("{\"hosts\":[]}", 2)]
    [InlineData("[1]", 2)]
    [InlineData("no JSON", 2)]
    public void A_status_that_is_of_no_run_harms_nothing(string status, int exitCode)
    {
        _home.Write("precious.out", "mine");
        _home.Write("out/n1.out", "old");
        _home.Write("out/status.json", status);
        var run = _home.Exec("--output-dir", "out", "-w", "n1", "echo", "x");
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal("mine", File.ReadAllText(_home["precious.out"]));
        if (exitCode == 0) return;
        Assert.Equal("peak: 'out/status.json' is not that of a run before: remove it, or name another folder\n", run.Error);
        Assert.Equal("old", File.ReadAllText(_home["out/n1.out"]));
    }

    [Fact]
    public void A_link_in_the_folder_is_not_written_through()
    {
        _home.Write("precious", "mine");
        _home.Bash("mkdir out; ln -s ../precious out/n1.out");
        _home.Exec("--output-dir", "out", "-w", "n1", "echo", "x");
        Assert.Equal("mine", File.ReadAllText(_home["precious"]));
        Assert.Equal("x\n", File.ReadAllText(_home["out/n1.out"]));
    }

    [Fact]
    public void A_full_disk_stops_the_run_and_is_said()
    {
        var run = _home.Bash("peak run -R exec -f1 -w 'n[1-999]' sh -c 'echo %n >>ran; head -c 100000 /dev/zero' >/dev/full");
        Assert.Equal((2, "peak: can't write to standard output: No space left on device\n"), (run.ExitCode, run.Error));
        Assert.True(File.ReadAllLines(_home["ran"]).Length < 50);
    }

    [Fact]
    public void A_reader_that_has_seen_enough_ends_the_run()
    {
        var run = _home.Bash("set -o pipefail; peak run -R exec -w 'n[1-4]' yes | head -1");
        Assert.Equal((141, "", 1), (run.ExitCode, run.Error, run.Lines.Length));
    }

    [Fact]
    public void A_hundred_megabytes_without_a_line_end_cost_no_memory()
    {
        var run = _home.Bash("ulimit -v 4000000; peak run -q -R exec -w 'n[1-4]' head -c 100000000 /dev/zero | wc -c");
        // A line is interrupted, and goes on under its label, where another host's comes in between.
        int parts = (100_000_000 + (1 << 20) - 1) / (1 << 20), label = "n1: \n".Length;
        Assert.InRange(int.Parse(run.Out), 4 * (100_000_000 + label), 4 * (100_000_000 + parts * label));
    }

    [Theory]
    [InlineData("-w n1", "n1: ")]
    [InlineData("-b -w 'n[1-3]' -N", "")]
    [InlineData("-b -L -w 'n[1-3]'", "n[1-3]: ")]
    [InlineData("-L -w 'n[1-2]' -x n2", "n1: ")]
    [InlineData("-L -N -f 1 -w n1", "")]
    public void A_line_of_any_length_stays_one_line(string options, string label)
    {
        _home.Write("line", new string('x', 3_500_000) + "\nend\n");
        var run = _home.Bash($"peak run -q -R exec {options} cat line");
        Assert.True($"{label}{new string('x', 3_500_000)}\n{label}end\n" == run.Out, run.Error);
    }

    [Fact]
    public void In_the_order_of_hosts_long_lines_stay_whole_too()
    {
        _home.Write("line", new string('x', 3_500_000) + "\nend\n");
        var run = _home.Bash("peak run -q -R exec -L -N -w 'n[1-4]' cat line");
        Assert.True(string.Concat(Enumerable.Repeat(new string('x', 3_500_000) + "\nend\n", 4)) == run.Out);
    }

    [Fact]
    public void Where_nothing_differs_diff_prints_nothing()
    {
        var run = _home.Bash("peak run -q -R exec --diff -w 'n[1-3]' echo same");
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
    }

    /// <summary>Gathered output: the head of each block, and its lines.</summary>
    private static IEnumerable<string> Blocks(string output)
    {
        string[] lines = output.TrimEnd('\n').Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("---", StringComparison.Ordinal)) continue;
            string block = lines[i + 1];
            Assert.StartsWith("---", lines[i + 2]);
            for (i += 3; i < lines.Length && !lines[i].StartsWith("---", StringComparison.Ordinal); i++) block += " " + lines[i];
            i--;
            yield return block;
        }
    }
}
