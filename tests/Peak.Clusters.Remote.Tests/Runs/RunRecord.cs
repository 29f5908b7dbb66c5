using System.Text;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Local;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

/// <summary>A run read to its end, with every rule about its events checked on the way.</summary>
internal sealed class RunRecord
{
    private readonly Dictionary<int, MemoryStream> _output = [];
    private readonly Dictionary<int, MemoryStream> _error = [];

    public Dictionary<int, HostEvent.Ended> Ended { get; } = [];

    public List<int> StartOrder { get; } = [];

    public List<HostEvent.Retrying> Retries { get; } = [];

    /// <summary>The events of the run as a whole.</summary>
    public List<RunEvent> RunEvents { get; } = [];

    public int MostAtOnce { get; private set; }

    public IEnumerable<HostOutcome> Outcomes => Ended.OrderBy(e => e.Key).Select(e => e.Value.Outcome);

    public HostOutcome Outcome => Assert.Single(Ended).Value.Outcome;

    public string Output(int rank = 0) => Encoding.UTF8.GetString(_output.GetValueOrDefault(rank)?.ToArray() ?? []);

    public string Error(int rank = 0) => Encoding.UTF8.GetString(_error.GetValueOrDefault(rank)?.ToArray() ?? []);

    public static Task<RunRecord> Local(string commandLine, RunOptions? options = null, CancellationTokenSource? stop = null) =>
        Of(new LocalConnector(), RemoteCommand.Shell(commandLine), ["here"], options, stop: stop);

    public static Task<RunRecord> Of(
        IConnector connector,
        RemoteCommand command,
        IReadOnlyList<string> targets,
        RunOptions? options = null,
        Action<RunEvent>? onEvent = null,
        bool portable = false,
        CancellationTokenSource? stop = null,
        TimeProvider? time = null) =>
        Of(connector, new CommandWork(command), targets, options, onEvent, portable, stop, time);

    public static async Task<RunRecord> Of(
        IConnector connector,
        HostWork work,
        IReadOnlyList<string> targets,
        RunOptions? options = null,
        Action<RunEvent>? onEvent = null,
        bool portable = false,
        CancellationTokenSource? stop = null,
        TimeProvider? time = null)
    {
        var result = new RunRecord();
        var runner = new CommandRunner(connector, options, time) { Portable = portable };
        var reading = runner.Run(work, targets.Select(Target.Parse));
        using var stopping = stop?.Token.Register(reading.Stop);
        var running = new HashSet<int>();
        await foreach (var each in reading.WithCancellation(TestContext.Current.CancellationToken))
        {
            if (each is not HostEvent happened)
            {
                result.RunEvents.Add(each);
                onEvent?.Invoke(each);
                continue;
            }

            int rank = happened.Target.Rank;
            Assert.Equal(targets[rank], happened.Target.Name);
            Assert.False(result.Ended.ContainsKey(rank), "Nothing follows the end of a target.");
            switch (happened)
            {
                case HostEvent.Started:
                    Assert.True(running.Add(rank));
                    result.StartOrder.Add(rank);
                    result.MostAtOnce = Math.Max(result.MostAtOnce, running.Count);
                    break;
                case HostEvent.StandardOutput output:
                    Assert.Contains(rank, running);
                    Append(result._output, rank, output.Data);
                    break;
                case HostEvent.StandardError error:
                    Assert.Contains(rank, running);
                    Append(result._error, rank, error.Data);
                    break;
                case HostEvent.Retrying retrying:
                    running.Remove(rank);
                    result.Retries.Add(retrying);
                    break;
                case HostEvent.Ended ended:
                    running.Remove(rank);
                    result.Ended.Add(rank, ended);
                    break;
            }

            onEvent?.Invoke(happened);
        }

        Assert.Equal(targets.Count, result.Ended.Count);
        return result;
    }

    private static void Append(Dictionary<int, MemoryStream> streams, int rank, ReadOnlyMemory<byte> data)
    {
        Assert.False(data.IsEmpty);
        if (!streams.TryGetValue(rank, out var stream)) streams.Add(rank, stream = new MemoryStream());
        stream.Write(data.Span);
    }
}
