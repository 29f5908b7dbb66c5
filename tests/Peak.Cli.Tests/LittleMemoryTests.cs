namespace Peak.Cli.Tests;

/// <summary>A limit of the address space, as <c>ulimit -v</c> sets it.</summary>
public sealed class LittleMemoryTests
{
    [Theory]
    [InlineData("hosts")]
    [InlineData("gather")]
    [InlineData("nodeset -f a1 a2")]
    [InlineData("run -q -R exec -b -w n[1-70] echo hi")]
    [InlineData("run -q -R exec --json --stdin -w n[1-70] cat")]
    public void Below_it_all_is_done_or_said_to_be_too_much(string line)
    {
        using var folder = new TemporaryFolder();
        var run = PeakProcess.Bash(
            $$"""
            for limit in {300000..700000..100000} 1000000 1500000 2000000; do
              echo 'a: b' | (ulimit -v $limit; exec timeout -s KILL 300 peak {{line}}) >out 2>error
              code=${PIPESTATUS[1]}
              [[ $code = 0 && ! -s error ]] || [[ $code = 2 && $(<error) = "peak: there is not enough memory (see 'ulimit -v')" ]] ||
                { echo "$limit: exit code $code"; cat error; }
              [[ $limit -lt 400000 || $code = 0 ]] || echo "$limit is enough"
            done
            """,
            folder.Path,
            ("XDG_STATE_HOME", folder.Path));
        Assert.Equal(("", ""), (run.Out, run.Error));
    }
}
