using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CsCheck;
using Peak.Cli.Rendering.Run;

namespace Peak.Cli.Tests.Run;

/// <summary>Much output, and nobody who reads it.</summary>
public sealed class RunOutputLimitTests : IDisposable
{
    private readonly RunHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("-b")]
    [InlineData("-b -L")]
    [InlineData("-L")]
    [InlineData("--json")]
    [InlineData("--json -b")]
    [InlineData("--output-dir out")]
    public void A_host_that_prints_more_than_it_may_is_ended_and_told(string how)
    {
        var run = _home.Bash(
            $"peak run -R exec {how} --max-output 100K -w 'n[1-2]' sh -c 'echo $$ >>ids; [ %h = n1 ] || exec yes'; "
            + "echo $? >&2; peak last failed >&2");
        Assert.EndsWith("3\nn2\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 ended at the output limit\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("  ended at the output limit of 100 KiB: n2\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("'--max-output SIZE' sets another limit\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(how.StartsWith("--json", StringComparison.Ordinal), run.Out.Contains("\"output-limit\",\"limit\":102400", default));
        Assert.False(ProcessTable.AnyRuns(File.ReadAllText(_home["ids"])));
    }

    [Theory]
    [InlineData("-b", "n1: stopped")]
    [InlineData("-b -L", "n1: 0")]
    [InlineData("-L", "n2: 1")]
    [InlineData("--diff", "n2: stopped")]
    [InlineData("--json -b", "\"cancelled\"")]
    public void A_run_that_would_keep_more_than_it_may_is_stopped_and_shows_what_it_has(string how, string shown)
    {
        // What is more than a pipe holds has come: it goes on when something has come from both.
        _home.WriteProgram("flood", """
            #!/bin/sh
            echo $$ >>ids
            head -c 300000 /dev/zero | tr '\0' $1
            echo >go$((1 - $1)) &
            read -r _ <go$1
            exec tr '\0' $1 </dev/zero
            """);
        var run = _home.Bash($"mkfifo go0 go1; peak run -R exec {how} --max-kept 1M -w 'n[1-2]' ./flood %n >out");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(
            "peak: the run was stopped, and later output is left out: more than 1 MiB of output would have to be kept; "
            + "'--max-kept SIZE' sets another limit\npeak: 2 hosts in ",
            run.Error,
            StringComparison.Ordinal);
        Assert.Contains("  stopped: n[1-2] (2)\n", run.Error, StringComparison.Ordinal);
        Assert.Contains(shown, File.ReadAllText(_home["out"]), StringComparison.Ordinal);
        Assert.False(ProcessTable.AnyRuns(File.ReadAllText(_home["ids"])));
    }

    [Fact]
    public void Gathered_lines_have_the_limit_of_a_run()
    {
        var run = _home.Bash("yes 'n1: x' 2>/dev/null | peak gather --max-kept 1M");
        Assert.Equal(
            (2, "", "peak: more than 1 MiB of output would have to be kept; '--max-kept SIZE' sets another limit\n"),
            (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public void A_folder_for_temporary_files_that_is_not_there_is_named()
    {
        var run = _home.Bash("TMPDIR=/nonexistent peak run -q -R exec -b -w n1 head -c 40000000 /dev/urandom >out");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(
            "peak: the run was stopped, and later output is left out: output can't be kept in a temporary file in '/nonexistent' "
            + "($TMPDIR names another folder): ",
            run.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("é", "é\\n")]
    [InlineData("\\377", "")]
    public void Gathered_output_of_any_length_is_one_JSON_document(string line, string text)
    {
        // A document in memory would be larger than the address space that there is.
        const int Bytes = 210_000_000;
        var run = _home.Bash($$"""
            ulimit -v 2000000
            peak run -R exec --json -b -w n1 sh -c "yes \"\$(printf '{{line}}')\" | head -c {{Bytes}}" >out; echo $?
            head -c 110 out; echo; wc -c <out; tail -c 200 out | grep -o '"stderr":""'
            """);
        int length = Encoding.UTF8.GetByteCount("é\n");
        string name = text.Length > 0 ? "\"stdout\":\"é" : "\"stdoutBase64\":\"/wr/";
        Assert.Equal("0", run.Lines[0]);
        Assert.Contains(name, run.Lines[1], StringComparison.Ordinal);
        long expected = text.Length > 0 ? (long)Bytes / length * Encoding.UTF8.GetByteCount(text) : (Bytes + 2L) / 3 * 4;
        Assert.InRange(long.Parse(run.Lines[2]), expected, expected + 1000);
        Assert.Equal("\"stderr\":\"\"", run.Lines[3]);
    }

    [Fact]
    public void Characters_that_stand_in_two_blocks_stay_whole_in_JSON()
    {
        string text = $"x{Times(20_000, "é")}y{Times(20_000, "😀\"\t")}\n";
        _home.Write("text", text);
        var run = _home.Exec("--json", "-b", "-w", "n1", "cat", "text");
        Assert.True(text == JsonDocument.Parse(run.Out).RootElement.GetProperty("groups")[0].GetProperty("stdout").GetString());

        static string Times(int count, string text) => string.Concat(Enumerable.Repeat(text, count));
    }

    [Fact]
    public void Blocks_are_UTF8_where_all_of_it_is() =>
        Gen.OneOf(Gen.String.Select(Encoding.UTF8.GetBytes), Gen.Byte.Array, Gen.Const("aé€😀"u8.ToArray())).Select(Gen.Int[1, 5])
            .Sample((bytes, size) =>
            {
                var check = new Utf8Check();
                foreach (byte[] block in bytes.Chunk(size)) check.Add(block);
                return check.IsComplete == Utf8.IsValid(bytes);
            });

    [Theory]
    [InlineData("")]
    [InlineData("-b")]
    [InlineData("-L")]
    [InlineData("--json")]
    public void A_reader_that_is_gone_ends_the_run_also_while_nothing_is_printed(string how)
    {
        var run = _home.Bash($"peak run -R exec {how} -w n1 sh -c 'echo $$ >id; exec sleep 1000' | true; echo ${{PIPESTATUS[0]}}");
        Assert.Equal(("141\n", ""), (run.Out, run.Error));
        Assert.True(!File.Exists(_home["id"]) || !ProcessTable.AnyRuns(File.ReadAllText(_home["id"])));
    }

    [Fact]
    public void A_reader_that_goes_before_the_last_of_it_does_not_make_a_failure_a_success() =>
        Assert.Equal(
            "141\n", _home.Bash("peak run -R exec -b -w n1 sh -c 'seq 20000; exit 1' | head -c 10 >/dev/null; echo ${PIPESTATUS[0]}").Out);

    [Fact]
    public void Gathered_output_is_not_kept_for_a_reader_that_is_gone()
    {
        var run = _home.Bash("peak run -R exec -b -w 'n[1-2]' sh -c 'echo $$ >>ids; exec yes' | read; echo ${PIPESTATUS[0]}");
        Assert.Equal(("141\n", ""), (run.Out, run.Error));
        Assert.Equal("0\n", _home.Bash("yes 'n1: x' 2>/dev/null | peak gather | true; echo ${PIPESTATUS[1]}").Out);
    }

    [Fact]
    public void Whoever_writes_into_files_needs_no_reader()
    {
        _home.Bash("mkfifo go");
        var run = _home.Bash("""
            { peak run -R exec --output-dir out -w n1 sh -c 'read x <go; echo done'; echo $? >code; } | { exec </dev/null; echo >go; }
            cat code out/n1.out
            """);
        Assert.Equal("0\ndone\n", run.Out);
    }
}
