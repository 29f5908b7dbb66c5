using System.CommandLine;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.CommandLine.Options;

/// <summary>The options about batches, checks, retries and how many hosts may fail.</summary>
internal sealed class RolloutOptionGroup
{
    private readonly Option<CountOrPercent?> _maxFailures = OptionTypes.Share(
        "--max-failures", "Start no more hosts once more than N (or N%) have failed.");
    private readonly Option<CountOrPercent?> _batch = OptionTypes.Share(
        "--batch", "Run on N hosts (or N%), then on the next N, and so on.");
    private readonly Option<TimeSpan?> _pause = OptionTypes.Time("--pause", null, "Wait for TIME after each batch.");
    private readonly Option<string?> _check = OptionTypes.Text(
        "--check", null, "COMMAND", "Run COMMAND on the hosts of each batch after it, and stop where it fails.");
    private readonly Option<int?> _canary = OptionTypes.Count(
        "--canary", null, "N", "Run on N hosts first, and stop if one of them fails.", 0);
    private readonly Option<bool> _failFast = OptionTypes.Flag(
        "-k", "End all at the first failure (with --max-failures: at that one), also those running.", "--fail-fast");
    private readonly Option<int?> _retries = OptionTypes.Count(
        "--retries", null, "N", "Try again up to N times where connecting fails.", 0);
    private readonly Option<bool> _retryCommands = OptionTypes.Flag("--retry-commands", "Try again where the command fails, too.");
    private readonly Option<TimeSpan?> _jitter = OptionTypes.Time("--jitter", null, "Wait a random time up to TIME before each host.");

    /// <summary>The options, the most used first.</summary>
    public IEnumerable<Option> All => [_batch, _canary, _check, _pause, _maxFailures, _failFast, _retries, _retryCommands, _jitter];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <exception cref="CommandFailure">An option is of no use without another.</exception>
    public RolloutOptions Read(ParseResult parse)
    {
        var rollout = new RolloutOptions
        {
            Canary = parse.GetValue(_canary) ?? 0,
            Batch = parse.GetValue(_batch),
            Pause = parse.GetValue(_pause) ?? default,
            MaxFailures = parse.GetValue(_maxFailures),
            FailFast = parse.GetValue(_failFast),
            Retries = parse.GetValue(_retries) ?? 0,
            RetryCommands = parse.GetValue(_retryCommands),
            Jitter = parse.GetValue(_jitter) ?? default,
            Check = parse.GetValue(_check) is { } check
                ? new CommandWork(RemoteCommand.Shell(check.Length > 0 ? check : throw CommandFailure.Usage("--check needs a command")))
                : null,
        };
        if (rollout.Batch is { Value: 0 }) throw CommandFailure.Usage("--batch takes a number or a percentage from 1");
        if (rollout.Pause > TimeSpan.Zero && rollout.Batch is null && rollout.Canary == 0)
            throw CommandFailure.Usage("--pause is between batches: it needs --batch or --canary");
        if (rollout.RetryCommands && rollout.Retries == 0) throw CommandFailure.Usage("--retry-commands needs --retries N");
        return rollout;
    }
}
