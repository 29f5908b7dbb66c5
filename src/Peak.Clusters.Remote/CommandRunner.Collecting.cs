using System.Runtime.CompilerServices;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Clusters.Remote;

public sealed partial class CommandRunner
{
    /// <summary>The most that a host may print where its output is collected, unless said otherwise, in bytes: 16 MiB.</summary>
    public const long DefaultMaxOutput = 16 << 20;

    /// <summary>Runs a command on targets, and collects what each printed and how it ended.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="targets">Where.</param>
    /// <param name="maxOutput">
    /// The most that each target may print, in bytes, from 0: in place of <see cref="RunOptions.MaxOutput"/>. Where neither says it,
    /// <see cref="DefaultMaxOutput"/>. What prints more is ended, with <see cref="HostOutcome.TooMuchOutput"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the run at once: what still runs is killed.</param>
    /// <returns>
    /// A result for each target, in order. A target that failed is no exception: see <see cref="RunResult.EnsureSucceeded"/>.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<RunResult> CollectAsync(
        RemoteCommand command, IEnumerable<Target> targets, long? maxOutput = null, CancellationToken cancellationToken = default)
    {
        var options = Options with { LendOutput = true, MaxOutput = maxOutput ?? Options.MaxOutput ?? DefaultMaxOutput };
        var run = With(options).Run(command, targets);
        var outputs = new (MemoryStream? Output, MemoryStream? Error)[run.Targets.Count];
        var results = new HostResult[run.Targets.Count];
        RunEvent.CheckFailed? check = null;
        await foreach (var happened in run.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            switch (happened)
            {
                case HostEvent.StandardOutput output:
                    (outputs[output.Target.Rank].Output ??= new()).Write(output.Data.Span);
                    break;
                case HostEvent.StandardError error:
                    (outputs[error.Target.Rank].Error ??= new()).Write(error.Data.Span);
                    break;
                case HostEvent.Retrying retrying:
                    outputs[retrying.Target.Rank] = default;
                    break;
                case HostEvent.Ended ended:
                    var (kept, keptError) = outputs[ended.Target.Rank];
                    results[ended.Target.Rank] = new(ended.Target, ended.Outcome, ended.Duration, ended.Attempts)
                    {
                        Output = Bytes(kept),
                        Error = Bytes(keptError),
                    };
                    break;
                case RunEvent.CheckFailed failed:
                    check = failed;
                    break;
            }
        }

        return new(results, check);

        static ReadOnlyMemory<byte> Bytes(MemoryStream? kept) => kept is null ? default : kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }

    /// <inheritdoc cref="CollectAsync(RemoteCommand, IEnumerable{Target}, long?, CancellationToken)"/>
    /// <param name="command">What to run.</param>
    /// <param name="nodes">Where: names, or a node set of them, each read by <see cref="Target.Parse"/>.</param>
    /// <param name="maxOutput">The most that each target may print, in bytes, from 0.</param>
    /// <param name="cancellationToken">Ends the run at once: what still runs is killed.</param>
    /// <exception cref="FormatException">A name has a port that is none.</exception>
    public Task<RunResult> CollectAsync(
        RemoteCommand command,
        IEnumerable<string> nodes,
        long? maxOutput = null,
        CancellationToken cancellationToken = default) =>
        CollectAsync(command, ToTargets(nodes), maxOutput, cancellationToken);

    /// <inheritdoc cref="CollectAsync(RemoteCommand, IEnumerable{Target}, long?, CancellationToken)"/>
    /// <param name="command">What to run.</param>
    /// <param name="hosts">Where: <c>cluster.Hosts</c>, the hosts of a group.</param>
    /// <param name="maxOutput">The most that each target may print, in bytes, from 0.</param>
    /// <param name="cancellationToken">Ends the run at once: what still runs is killed.</param>
    /// <exception cref="FormatException">A name has a port that is none.</exception>
    public Task<RunResult> CollectAsync(
        RemoteCommand command, HostList hosts, long? maxOutput = null, CancellationToken cancellationToken = default) =>
        CollectAsync(command, ToTargets(hosts), maxOutput, cancellationToken);

    /// <summary>Runs a command on targets, and hands on the lines they print as they come, each whole.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="targets">Where.</param>
    /// <param name="cancellationToken">Ends the run at once: what still runs is killed.</param>
    /// <returns>The lines; those of one stream of a target are in order.</returns>
    /// <exception cref="RunFailedException">
    /// After the last line: a target did not succeed. So no failure goes unseen; who expects failures reads the events of a run.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async IAsyncEnumerable<HostLine> ReadLinesAsync(
        RemoteCommand command, IEnumerable<Target> targets, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var run = With(Options with { LendOutput = true }).Run(command, targets);
        var complete = new Queue<HostLine>();
        var lines = new HostLines(
            run.Targets.Count, (target, error, line, isPart) => complete.Enqueue(new(target, error, line.ToArray(), isPart)));
        var results = new HostResult[run.Targets.Count];
        RunEvent.CheckFailed? check = null;
        await foreach (var happened in run.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            lines.Add(happened);
            while (complete.TryDequeue(out var line)) yield return line;
            if (happened is HostEvent.Ended ended)
                results[ended.Target.Rank] = new(ended.Target, ended.Outcome, ended.Duration, ended.Attempts);
            else if (happened is RunEvent.CheckFailed failed) check = failed;
        }

        new RunResult(results, check).EnsureSucceeded();
    }

    /// <inheritdoc cref="ReadLinesAsync(RemoteCommand, IEnumerable{Target}, CancellationToken)"/>
    /// <param name="command">What to run.</param>
    /// <param name="nodes">Where: names, or a node set of them, each read by <see cref="Target.Parse"/>.</param>
    /// <param name="cancellationToken">Ends the run at once: what still runs is killed.</param>
    /// <exception cref="FormatException">A name has a port that is none.</exception>
    public IAsyncEnumerable<HostLine> ReadLinesAsync(
        RemoteCommand command, IEnumerable<string> nodes, CancellationToken cancellationToken = default) =>
        ReadLinesAsync(command, ToTargets(nodes), cancellationToken);

    /// <inheritdoc cref="ReadLinesAsync(RemoteCommand, IEnumerable{Target}, CancellationToken)"/>
    /// <param name="command">What to run.</param>
    /// <param name="hosts">Where: <c>cluster.Hosts</c>, the hosts of a group.</param>
    /// <param name="cancellationToken">Ends the run at once: what still runs is killed.</param>
    /// <exception cref="FormatException">A name has a port that is none.</exception>
    public IAsyncEnumerable<HostLine> ReadLinesAsync(
        RemoteCommand command, HostList hosts, CancellationToken cancellationToken = default) =>
        ReadLinesAsync(command, ToTargets(hosts), cancellationToken);
}
