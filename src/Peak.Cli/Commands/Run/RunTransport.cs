using Peak.Cli.CommandLine.Options;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Exec;
using Peak.Clusters.Remote.Local;
using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Cli.Commands.Run;

internal enum RunTransportKind
{
    Ssh,
    Exec,
    Local,

    /// <summary>A program of the user's, named by <c>RCMD_CMD</c>, that takes commands to hosts as rsh does.</summary>
    Program,
}

/// <summary>How the hosts of a run are reached, from options and the variables that ClusterIt has.</summary>
internal sealed record RunTransport
{
    public required RunTransportKind Kind { get; init; }

    /// <summary>For <see cref="RunTransportKind.Program"/>: the program and its arguments.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>For <see cref="RunTransportKind.Ssh"/>.</summary>
    public OpenSshOptions Ssh { get; init; } = new();

    /// <summary>The user where a target does not name one; null for whom the transport's own configuration says.</summary>
    public string? User { get; init; }

    /// <summary>Whether a host's name, user or port can be a part of what is run for it on this machine.</summary>
    public bool IsToldTargets => Kind is RunTransportKind.Exec or RunTransportKind.Program;

    public string Name => Kind switch
    {
        RunTransportKind.Exec => "exec",
        RunTransportKind.Local => "local",
        RunTransportKind.Program => Program[0],
        _ => "ssh",
    };

    /// <param name="settings">What the user said.</param>
    /// <param name="environment">What the environment says.</param>
    /// <param name="thisMachine">Whether this machine is meant, without a network.</param>
    /// <exception cref="CommandFailure">The name of the user can't be one.</exception>
    public static RunTransport From(ConnectionSettings settings, RunEnvironment environment, bool thisMachine)
    {
        string? user = settings.User ?? environment.User;
        if (user is { } name && (name.Length == 0 || name[0] == '-' || name.AsSpan().ContainsAnyInRange('\0', ' ')))
            throw CommandFailure.Usage($"'{TerminalText.Escape(name)}' can't be the name of a user");
        var kind = settings.Transport switch
        {
            "exec" => RunTransportKind.Exec,
            "local" => RunTransportKind.Local,
            "ssh" => RunTransportKind.Ssh,
            _ when thisMachine => RunTransportKind.Local,
            // With arguments of the user's, ssh too is run as they say.
            _ when environment.Program is { } program && (Path.GetFileName(program) != "ssh" || environment.Arguments is not null) =>
                RunTransportKind.Program,
            _ => RunTransportKind.Ssh,
        };
        var transport = new RunTransport { Kind = kind, User = user };
        if (kind != RunTransportKind.Ssh && settings.SshOptions.Count > 0)
            throw CommandFailure.Usage($"-o is an option of ssh's, and {NameOf(kind, environment)} reaches the hosts");
        if (kind == RunTransportKind.Program && settings.Port is not null)
            throw CommandFailure.Usage($"-p says nothing to '{environment.Program}' (RCMD_CMD), which is told no port");
        if (kind == RunTransportKind.Ssh) return transport with { Ssh = SshOptions(settings, environment) };
        if (kind != RunTransportKind.Program) return transport;
        // As ClusterIt calls it; a percent sign is nothing special there.
        IEnumerable<string> words = [environment.Program!, .. environment.Arguments ?? []];
        return transport with { Program = [.. words.Select(w => w.Replace("%", "%%", StringComparison.Ordinal))] };
    }

    private static string NameOf(RunTransportKind kind, RunEnvironment environment) =>
        kind == RunTransportKind.Program ? $"'{environment.Program}' (RCMD_CMD)" : kind == RunTransportKind.Exec ? "-R exec" : "no network";

    /// <summary>How ssh is to be used, also where nothing is run.</summary>
    public static OpenSshOptions SshOptions(ConnectionSettings settings, RunEnvironment environment)
    {
        var options = new OpenSshOptions
        {
            Program = environment.SshProgram,
            Options = settings.SshOptions,
            Multiplex = settings.Multiplex,
        };
        return settings.Persist is { } time ? options with { Persist = time } : options;
    }

    /// <summary>A connection that was kept and is dead must leave time for another.</summary>
    public RunTransport ConnectingWithin(TimeSpan? limit) => limit is { } time && time < 4 * Ssh.ReuseTimeout
        ? this with { Ssh = Ssh with { ReuseTimeout = time / 4 } }
        : this;

    public IConnector Open() => Kind switch
    {
        RunTransportKind.Exec => new ExecConnector(),
        RunTransportKind.Local => new LocalConnector(),
        RunTransportKind.Program => new RemoteShellProgram(Program),
        _ => new OpenSshConnector(Ssh),
    };

    /// <summary>The exact command for a host, in the words of a shell.</summary>
    public string Describe(RemoteCommand command, Target target)
    {
        string variables = string.Concat(command.Environment.Select(v => $"{v.Key}={RemoteCommand.Quote(v.Value)} "));
        return variables + Kind switch
        {
            RunTransportKind.Exec => Line(new ExecConnector().ArgumentsFor(target, command)),
            RunTransportKind.Program => Line(RemoteShellProgram.For(Program, target).ArgumentsFor(target, command)),
            _ => command.ToCommandLine(),
        };
    }

    private static string Line(IReadOnlyList<string> words) => RemoteCommand.Program(words[0], words.Skip(1)).ToCommandLine();

    /// <summary>
    /// A program that is called as rsh is: <c>PROGRAM ARGUMENTS [-l USER] HOST COMMAND</c>, with the user only where there is one.
    /// </summary>
    private sealed class RemoteShellProgram(IReadOnlyList<string> program) : IConnector
    {
        private readonly ExecConnector _asWeAre = For(program, named: false), _asUser = For(program, named: true);

        public int DescriptorsPerTarget => _asUser.DescriptorsPerTarget;

        public static ExecConnector For(IReadOnlyList<string> program, Target target) => For(program, target.User is not null);

        public ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken) =>
            (target.User is null ? _asWeAre : _asUser).ConnectAsync(target, cancellationToken);

        public ValueTask DisposeAsync() => default;

        private static ExecConnector For(IReadOnlyList<string> program, bool named) =>
            new([.. program, .. named ? (string[])["-l", "%u"] : [], "%h"]);
    }
}
