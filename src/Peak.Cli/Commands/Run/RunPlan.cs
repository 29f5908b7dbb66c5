using Peak.Cli.CommandLine.Options;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Run;

/// <summary>What a command line means: who does what, how, in which batches. A pure function of what was typed and read.</summary>
internal sealed record RunPlan
{
    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>Those that <c>--up</c> left out.</summary>
    public IReadOnlyList<Target> Down { get; init; } = [];

    public required RunTransport Transport { get; init; }

    public required HostWork Work { get; init; }

    /// <summary>The command, of a run of one.</summary>
    public RemoteCommand Command => ((CommandWork)Work).Command;

    /// <summary>The work in the user's words.</summary>
    public required string Words { get; init; }

    /// <summary>The port of targets that name none; null for what the transport's own configuration says.</summary>
    public int? Port { get; init; }

    /// <summary>The script that is sent to the hosts, as a command line; null where the command is none.</summary>
    public string? Script { get; init; }

    /// <summary>The command's first word where it may be whom <c>--sudo</c> was to name; null where it can't.</summary>
    public string? PerhapsUser { get; init; }

    public required RunOptions Options { get; init; }

    /// <param name="request">What the user typed.</param>
    /// <param name="inputs">What was read for it.</param>
    /// <exception cref="CommandFailure">It has no meaning.</exception>
    public static RunPlan From(RunRequest request, RunInputs inputs)
    {
        CheckCommand(request);
        var transport = RunTransport.From(request.Connection, inputs.Environment, inputs.ThisMachine);
        var command = CommandOf(request, inputs, transport);
        return Of(request with { Rollout = RolloutOf(request, inputs, transport) }, inputs, transport, new CommandWork(command)) with
        {
            Words = request.Command.Text,
            Script = request.Command.Script is { } file ? ScriptLine(file, request.Command) : null,
            PerhapsUser = !request.CommandIsMarked && request.Command is { SudoUserIsDefault: true, Script: null, Words: [var word, _, ..] }
                ? word
                : null,
        };
    }

    /// <summary>A plan for work of any kind, which does not depend on what the options say.</summary>
    /// <param name="request">What the user typed.</param>
    /// <param name="inputs">What was read for it.</param>
    /// <param name="transport">How the hosts are reached.</param>
    /// <param name="work">What is done on each.</param>
    public static RunPlan Of(HostsRequest request, HostsInputs inputs, RunTransport transport, HostWork work)
    {
        var defaults = new RunOptions();
        var options = defaults with
        {
            FanOut = request.Connection.FanOut ?? inputs.Environment.FanOut ?? defaults.FanOut,
            // No time means no limit.
            ConnectTimeout = request.Connection.ConnectTimeout is { } limit
                ? limit > TimeSpan.Zero ? limit : null
                : defaults.ConnectTimeout,
            TimeLimit = request.Connection.TimeLimit,
            MaxOutput = request.Output.MaxOutput,
            Rollout = request.Rollout,
            LendOutput = true,
        };
        Target[] targets =
        [
            .. inputs.Hosts.Select((name, rank) => Address(TargetReader.Check(name), request, transport.User) with { Rank = rank }),
        ];
        if (transport.Kind == RunTransportKind.Program && targets.FirstOrDefault(target => target.Port is not null) is { } odd)
            throw CommandFailure.Usage($"'{TerminalText.Escape(odd.Name)}' names a port, and '{transport.Name}' (RCMD_CMD) is told none");
        return new()
        {
            Targets = targets,
            Port = request.Connection.Port,
            Transport = transport.ConnectingWithin(options.ConnectTimeout),
            Work = work,
            Words = "",
            Options = options,
        };
    }

    private static string ScriptLine(string file, CommandSettings settings)
    {
        string variables = string.Concat(settings.Environment.Select(v => $"{v.Key}={RemoteCommand.Quote(v.Value)} "));
        string sudo = settings.SudoUser is { } user ? $"sudo -u {user} " : "";
        return variables + sudo + RemoteCommand.Program(file, settings.Words).ToCommandLine();
    }

    /// <exception cref="CommandFailure">There is nothing to run.</exception>
    public static void CheckCommand(RunRequest request)
    {
        if (request.Command.Script is not null) return;
        if (request.Command.Words.Count == 0) throw CommandFailure.Usage("nothing to run; try 'peak run -w HOSTS uptime'");
        if (request.Command.Words[0].Length == 0) throw CommandFailure.Usage("the command is empty");
    }

    /// <summary>What a target does not say itself, the options say for all.</summary>
    private static Target Address(Target target, HostsRequest request, string? user) =>
        target with { User = target.User ?? user, Port = target.Port ?? request.Connection.Port };

    private static RemoteCommand CommandOf(RunRequest request, RunInputs inputs, RunTransport transport)
    {
        var settings = request.Command;
        if (settings.EndsWithConnection && (transport.Kind != RunTransportKind.Ssh || !transport.Ssh.Multiplex))
            throw CommandFailure.Usage("--watch is what a host does for a command over a shared ssh connection, and there is none here");
        if (transport.Kind == RunTransportKind.Exec)
        {
            if (settings.SudoUser is not null || settings.Script is not null)
            {
                string option = settings.SudoUser is not null ? "--sudo" : "--script";
                throw CommandFailure.Usage($"-R exec runs a program of this machine: {option} has no meaning there");
            }

            var program = RemoteCommand.Program(settings.Words[0], settings.Words.Skip(1));
            return program with { Environment = settings.Environment, Input = inputs.Input };
        }

        var command = inputs.Script is { } script
            ? RemoteCommand.Script(script, settings.Words)
            : RemoteCommand.Shell(string.Join(' ', settings.Words));
        return AsAsked(command with { Input = inputs.Input }, request, inputs, transport);
    }

    /// <summary>A check runs as the command does: with the same environment, as the same user.</summary>
    private static RolloutOptions RolloutOf(RunRequest request, RunInputs inputs, RunTransport transport) =>
        request.Rollout.Check is CommandWork check
            ? request.Rollout with { Check = new CommandWork(AsAsked(check.Command, request, inputs, transport)) }
            : request.Rollout;

    private static RemoteCommand AsAsked(RemoteCommand command, RunRequest request, RunInputs inputs, RunTransport transport)
    {
        command = command with
        {
            Environment = request.Command.Environment,
            EndsWithConnection = request.Command.EndsWithConnection,
        };
        try
        {
            if (request.Command.SudoUser is { } user) command = command.WithSudo(user, inputs.Password);
            return transport.Kind == RunTransportKind.Program ? command.WithEnvironmentInLine() : command;
        }
        catch (ArgumentException e)
        {
            throw CommandFailure.Usage(e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal).TrimEnd('.'));
        }
    }
}
