namespace Peak.Cli.Tests;

/// <summary>Whoever starts <c>peak</c> may have closed its standard input, output and error, in any combination.</summary>
public sealed class ClosedStreamsTests
{
    private static readonly string[] Lines =
    [
        "hosts", "groups", "nodeset -f a1 a2", "nodeset -f", "properties", "graph", "completion bash", "complete", "edit --help",
        "check", "check -", "check none", "gather", "last", "trust 127.0.0.1 -p 1 -t 2", "hosts --cluster none", "--version", "nosuch",
        "run -n true", "run -R exec -w n[1-2] echo hi", "run -R exec --stdin -w n[1-2] cat", "run -R exec -b -w n1 sh -c 'echo oops >&2'",
        "run -R exec -w - true", "run --json -R exec -w n1 false",
    ];

    [Theory]
    [InlineData("")]
    [InlineData(" <&-")]
    [InlineData(" >&-")]
    [InlineData(" 2>&-")]
    [InlineData(" <&- >&-")]
    [InlineData(" <&- 2>&-")]
    [InlineData(" >&- 2>&-")]
    [InlineData(" <&- >&- 2>&-")]
    public void A_closed_stream_is_as_an_empty_one_and_output_that_goes_nowhere_is_an_error(string closed)
    {
        using var folder = new TemporaryFolder();
        folder.Write("lines", string.Join('\n', Lines) + "\n");
        var run = PeakProcess.Bash(
            $$"""
            # The exit code, and what is printed, but for times and the order of hosts.
            try() {
              >out
              eval "timeout 60 peak $1 </dev/null >>out 2>/dev/null $2"
              local code=$?
              sed -E 's/"seconds":[0-9.e-]+//g' out | sort
              echo "exit code $code"
            }
            while IFS= read -r line <&3; do
              open=$(try "$line" '') closed=$(try "$line" '{{closed}}')
              # Where there is output, and nowhere to write it.
              [[ '{{closed}}' != *' >&-'* || $open != *$'\n'* ]] || open='exit code 2'
              [[ $open = "$closed" ]] || printf '%s\n' "$line" "$open" "$closed"
            done 3<lines
            """,
            folder.Path,
            ("XDG_STATE_HOME", folder.Path));
        Assert.Equal(("", ""), (run.Out, run.Error));
    }
}
