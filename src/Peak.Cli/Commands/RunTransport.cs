using System.CommandLine;
using System.Globalization;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Transports;

namespace Peak.Cli.Commands;

internal enum RunTransportKind
{
    Ssh,
    Exec,
    Local,

    /// <summary>A program of the user's, named by <c>RCMD_CMD</c>, that takes commands to hosts as rsh does.</summary>
    Connector,
}

/// <summary>How the hosts of a run are reached, from options and the variables that ClusterIt has.</summary>
internal sealed record RunTransport
{
    public required RunTransportKind Kind { get; init; }

    public string? User { get; init; }

    public int? Port { get; init; }

    /// <summary>For <see cref="RunTransportKind.Connector"/>: the program and its arguments.</summary>
    public IReadOnlyList<string> Connector { get; init; } = [];

    /// <summary>For <see cref="RunTransportKind.Ssh"/>.</summary>
    public OpenSshOptions Ssh { get; init; } = new();

    public string Name => Kind switch
    {
        RunTransportKind.Exec => "exec",
        RunTransportKind.Local => "local",
        RunTransportKind.Connector => Connector[0],
        _ => "ssh",
    };

    public static RunTransport From(ParseResult parse, bool thisMachine)
    {
        string? user = parse.GetValue(RunArguments.User) ?? Variable("RCMD_USER");
        int? port = parse.GetValue(RunArguments.Port);
        if (port > 65535) throw CommandFailure.Unusable("-p takes a port from 1 to 65535");
        if (user is { } name && (name.Length == 0 || name[0] == '-' || name.AsSpan().ContainsAnyInRange('\0', ' ')))
            throw CommandFailure.Unusable($"'{name}' can't be the name of a user");
        var kind = parse.GetValue(RunArguments.Transport) switch
        {
            "exec" => RunTransportKind.Exec,
            "local" => RunTransportKind.Local,
            "ssh" => RunTransportKind.Ssh,
            _ when thisMachine => RunTransportKind.Local,
            // With arguments of the user's, ssh too is run as they say.
            _ when Variable("RCMD_CMD") is { } program && (Path.GetFileName(program) != "ssh" || Variable("RCMD_CMD_ARGS") is not null) => RunTransportKind.Connector,
            _ => RunTransportKind.Ssh,
        };
        var transport = new RunTransport { Kind = kind, User = user, Port = port };
        if (kind == RunTransportKind.Ssh) return transport with { Ssh = SshOptions(parse) };
        if (kind != RunTransportKind.Connector) return transport;
        string[] arguments = Variable("RCMD_CMD_ARGS")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        // As ClusterIt calls it; a percent sign is nothing special there.
        IEnumerable<string> words = [Variable("RCMD_CMD")!, .. arguments, .. user is null ? (string[])[] : ["-l", user]];
        return transport with { Connector = [.. words.Select(w => w.Replace("%", "%%", StringComparison.Ordinal)), "%h"] };
    }

    /// <summary>The user's ssh: the one in the path, or that of <c>RCMD_CMD</c>.</summary>
    public static string SshProgram => Variable("RCMD_CMD") is { } program && Path.GetFileName(program) == "ssh" ? program : "ssh";

    /// <summary>The command with the user and port of this run.</summary>
    public RemoteCommand Address(RemoteCommand command) => command with { User = User, Port = Port };

    /// <summary>With a time limit for connecting also where an <c>ssh</c> runs the command itself: only it knows when it has connected.</summary>
    public RunTransport ConnectingWithin(TimeSpan? limit) => Kind == RunTransportKind.Ssh && !Ssh.Multiplex && limit is { } time
        ? this with { Ssh = Ssh with { Options = [.. Ssh.Options, string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={Math.Ceiling(time.TotalSeconds)}")] } }
        : this;

    public ITransport Open() => Kind switch
    {
        RunTransportKind.Exec => new ExecTransport(),
        RunTransportKind.Local => new LocalTransport(),
        RunTransportKind.Connector => new ExecTransport(Connector),
        _ => new OpenSshTransport(Ssh),
    };

    /// <summary>The exact command for a host, in the words of a shell.</summary>
    public string Describe(RemoteCommand command, Target target)
    {
        string variables = string.Concat(command.Environment.Select(v => $"{v.Key}={RemoteCommand.Quote(v.Value)} "));
        return variables + Kind switch
        {
            RunTransportKind.Exec => Line(new ExecTransport().ArgumentsFor(target, command)),
            RunTransportKind.Connector => Line(new ExecTransport(Connector).ArgumentsFor(target, command)),
            _ => command.ToCommandLine(),
        };
    }

    /// <summary>How ssh is to be used, also where nothing is run.</summary>
    public static OpenSshOptions SshOptions(ParseResult parse)
    {
        bool closes = parse.GetValue(RunArguments.NoPersist);
        if (closes && parse.GetValue(RunArguments.Persist) is not null) throw CommandFailure.Unusable("--persist and --no-persist contradict each other");
        var options = new OpenSshOptions
        {
            Program = SshProgram,
            Options = parse.GetValue(RunArguments.SshOptions) ?? [],
            Multiplex = !parse.GetValue(RunArguments.NoMultiplex),
        };
        return closes ? options with { Persist = TimeSpan.Zero }
            : parse.GetValue(RunArguments.Persist) is { } time ? options with { Persist = TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)) }
            : options;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(RemoteCommand.Quote));
}
