using System.CommandLine;
using System.Globalization;
using Peak.Cli.State;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Planning;

namespace Peak.Cli.Commands;

/// <summary>What a command line means: who runs what, how, in which batches.</summary>
internal sealed record RunPlan
{
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Those that <c>--up</c> left out.</summary>
    public IReadOnlyList<string> Down { get; init; } = [];

    public required RunTransport Transport { get; init; }

    public required RemoteCommand Command { get; init; }

    /// <summary>What to run after each batch.</summary>
    public required RemoteCommand? Check { get; init; }

    /// <summary>The command in the user's words.</summary>
    public required string Words { get; init; }

    public required RunOptions Options { get; init; }

    public required RolloutOptions Rollout { get; init; }

    /// <param name="peak">The global options.</param>
    /// <param name="parse">The command line.</param>
    /// <param name="state">Where the last run is remembered.</param>
    /// <param name="input">Takes what the hosts are to read.</param>
    /// <exception cref="CommandFailure">It has no meaning.</exception>
    public static RunPlan From(Invocation peak, ParseResult parse, StateFolder state, InputSpool input)
    {
        var rollout = new RolloutOptions
        {
            Canary = parse.GetValue(RunArguments.Canary) ?? 0,
            Batch = parse.GetValue(RunArguments.Batch),
            Pause = parse.GetValue(RunArguments.Pause) ?? default,
            MaxFailures = parse.GetValue(RunArguments.MaxFailures),
            Retries = parse.GetValue(RunArguments.Retries) ?? 0,
            RetryCommands = parse.GetValue(RunArguments.RetryCommands),
            Jitter = parse.GetValue(RunArguments.Jitter) ?? default,
        };
        if (rollout.Pause > TimeSpan.Zero && rollout.Batch is null && rollout.Canary == 0) throw CommandFailure.Unusable("--pause is between batches: it needs --batch or --canary");
        if (rollout.RetryCommands && rollout.Retries == 0) throw CommandFailure.Unusable("--retry-commands needs --retries N");
        var selected = RunTargets.Select(peak, parse, state);
        var transport = RunTransport.From(parse, selected.ThisMachine);
        var options = new RunOptions
        {
            FanOut = parse.GetValue(RunArguments.FanOut) ?? FanOutFromEnvironment() ?? new RunOptions().FanOut,
            ConnectTimeout = parse.GetResult(RunArguments.ConnectTimeout) is null ? new RunOptions().ConnectTimeout : Limit(parse.GetValue(RunArguments.ConnectTimeout)),
            CommandTimeout = Limit(parse.GetValue(RunArguments.CommandTimeout)),
        };
        return new RunPlan
        {
            Targets = selected.Hosts,
            Transport = transport.ConnectingWithin(options.ConnectTimeout),
            Command = RunProgram.Build(parse, transport, input),
            Check = parse.GetValue(RunArguments.Check) is { } check ? transport.Address(RemoteCommand.Shell(check)) : null,
            Words = RunProgram.Words(parse),
            Options = options,
            Rollout = rollout,
        };
    }

    /// <summary>Shows it instead of doing it.</summary>
    public void Show(Invocation peak)
    {
        var batches = Clusters.Remote.Planning.Rollout.Batches(Targets.Count, Rollout.Canary, Rollout.Batch);
        if (peak.Json)
        {
            peak.Out.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("command"u8, Command.ToCommandLine());
                json.WriteString("transport"u8, Transport.Name);
                json.WriteNumber("fanOut"u8, Options.FanOut);
                json.WriteStartArray("batches"u8);
                foreach (var batch in batches)
                {
                    json.WriteStartObject();
                    Rendering.Run.RunJson.WriteHosts(json, [.. Targets.Take(batch)]);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        int number = 1;
        foreach (var batch in batches)
        {
            int count = batch.End.Value - batch.Start.Value;
            string title = batches.Count == 1 ? "hosts" : Rollout.Canary > 0 && number == 1 ? "canary" : string.Create(CultureInfo.InvariantCulture, $"batch {number}");
            peak.Out.Raw(string.Create(CultureInfo.InvariantCulture, $"{title} ({count}): ")).Line(Rendering.HostNames.Fold(Targets.Take(batch)));
            number++;
        }

        if (Down.Count > 0) peak.Out.Raw("down, left out: ").Line(Rendering.HostNames.Fold(Down));
        peak.Out.Raw(string.Create(CultureInfo.InvariantCulture, $"by: {Transport.Name}, {Math.Min(Options.FanOut, Targets.Count)} at once\n"));
        peak.Out.Raw("command: ").Line(Transport.Describe(Command, new Target(Targets[0], 0)));
        if (Check is not null) peak.Out.Raw("check: ").Line(Transport.Describe(Check, new Target(Targets[0], 0)));
    }

    // No time means no limit.
    private static TimeSpan? Limit(TimeSpan? time) => time > TimeSpan.Zero ? time : null;

    private static int? FanOutFromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("FANOUT") is not { Length: > 0 } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int fanOut) && fanOut > 0) return fanOut;
        throw CommandFailure.Unusable($"the environment variable FANOUT must be a number from 1, not '{text}'");
    }
}
