using System.Text;
using BenchmarkDotNet.Attributes;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Clusters.Benchmarks;

/// <summary>A child process from its start to its outcome: the event loop, the pipes, the queue of events.</summary>
[MemoryDiagnoser]
public class RunBenchmarks
{
    private const int Count = 200;
    private static readonly string[] Targets = [.. Enumerable.Range(1, Count).Select(i => $"n{i}")];
    [Params(1, 64)]
    public int FanOut { get; set; }

    [Benchmark(OperationsPerInvoke = Count)]
    public Task<int> True() => Run(RemoteCommand.Program("true"));

    [Benchmark(OperationsPerInvoke = Count)]
    public Task<int> EchoALine() => Run(RemoteCommand.Program("echo", "hello", "%h"));

    private async Task<int> Run(RemoteCommand command)
    {
        int ended = 0;
        await using var connector = new ExecConnector();
        var runner = new CommandRunner(connector, new RunOptions { FanOut = FanOut, LendOutput = true });
        await foreach (var happened in runner.Run(command, Targets))
            if (happened is HostEvent.Ended { Outcome.Succeeded: true }) ended++;
        return ended == Count ? ended : throw new InvalidOperationException($"{ended} of {Count} succeeded");
    }
}

/// <summary>Outputs of 1,000 hosts, 64 at once, in pieces as pipes deliver them, made into groups; and pieces made into lines.</summary>
[MemoryDiagnoser]
public class GatheringBenchmarks
{
    private const int Hosts = 1_000;
    private const int FanOut = 64;
    private const int Piece = 4_096;
    private readonly LineAssembler _lines = new();
    private byte[][] _outputs = [];
    private byte[] _long = [];

    [GlobalSetup]
    public void Setup()
    {
        _outputs = [.. Enumerable.Range(0, 100).Select(host => Text(200, $"and this is host {host}\n"))];
        _long = Text(20_000, "");
    }

    /// <summary>200 lines of each host, all equal.</summary>
    [Benchmark]
    public int GatherEqual() => Gather(1);

    /// <summary>The same, but the last lines are of 100 kinds.</summary>
    [Benchmark]
    public int GatherAHundredKinds() => Gather(_outputs.Length);

    /// <summary>20,000 lines (1 MB) in pieces that end anywhere.</summary>
    [Benchmark]
    public int AssembleLines()
    {
        int bytes = 0;
        for (int at = 0; at < _long.Length; at += Piece)
            foreach (var line in _lines.Add(_long.AsSpan(at, Math.Min(Piece, _long.Length - at)))) bytes += line.Length;
        return bytes;
    }

    private int Gather(int kinds)
    {
        using var gatherer = new Gatherer<int>();
        for (int first = 0; first < Hosts; first += FanOut)
        {
            int last = Math.Min(first + FanOut, Hosts);
            for (int at = 0; at < _outputs[0].Length; at += Piece)
            {
                for (int host = first; host < last; host++)
                {
                    byte[] output = _outputs[host % kinds];
                    if (at < output.Length) gatherer.AddOutput(host, output.AsSpan(at, Math.Min(Piece, output.Length - at)));
                }
            }

            for (int host = first; host < last; host++) gatherer.End(host, 0);
        }

        return gatherer.Groups.Count == kinds ? kinds : throw new InvalidOperationException($"{gatherer.Groups.Count} groups");
    }

    private static byte[] Text(int lines, string end) =>
        Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, lines).Select(i => $"line {i:D6} of what every host prints, more or less\n")) + end);
}
