using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Peak.Clusters.Remote.Transports.OpenSsh;

namespace Peak.Clusters.Remote.Transports;

/// <summary>
/// Runs commands by the user's own OpenSSH, with all its configuration: ssh_config, agent, certificates, jump hosts,
/// Kerberos, hardware keys. One <c>ssh</c> a host makes the connection and keeps it for a while; commands are started over
/// it by OpenSSH's multiplexing protocol. So the exit status is always the command's own, and ssh's words are never taken for
/// the host's.
/// </summary>
/// <remarks>
/// Use it in the runs of <see cref="CommandRunner"/>, as <see cref="ExecTransport"/>. It never asks anything: a host whose key is not known, or that wants a password, has an outcome that says so. Host
/// keys are accepted as the user's configuration says (<c>StrictHostKeyChecking</c>).
/// </remarks>
public sealed class OpenSshTransport : ITransport
{
    /// <summary>How often a host is tried that hangs up before it has said who it is (MaxStartups).</summary>
    private const int Attempts = 6;

    /// <summary>How many connections to one host there may be because commands run there at once.</summary>
    private const int Slots = 16;

    /// <summary>How long a connection that no command is started over stays where it is not to be kept: for a run that was killed.</summary>
    private const int Unkept = 10;

    /// <summary>How long a connection that was there already may take for a new session: it may lead nowhere any more.</summary>
    private static readonly TimeSpan ReuseLimit = TimeSpan.FromSeconds(3);

    private readonly OpenSshOptions _options;
    private readonly TimeProvider _time;
    private readonly string _folder;
    private readonly string _key;
    private readonly Dictionary<string, SshConfiguration> _configurations = [];
    private readonly Lazy<bool> _sameForAll;
    private Task<SshConfiguration>? _ofAll;
    private DirectoryInfo? _logs;
    private int _kept;

    /// <summary>Makes the transport, and its folder of control sockets.</summary>
    /// <param name="options">How <c>ssh</c> is used; the defaults of <see cref="OpenSshOptions"/> where null.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="IOException">
    /// The folder of control sockets can't be used; without <see cref="OpenSshOptions.Multiplex"/> there is none.
    /// </exception>
    public OpenSshTransport(OpenSshOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new();
        _time = timeProvider ?? TimeProvider.System;
        _folder = _options.Multiplex ? RuntimeFolder.Open(_options.RuntimeFolder) : "";
        _kept = _options.Multiplex ? Directory.EnumerateFiles(_folder, "*.sock").Count() : 0;
        _sameForAll = new(() => SshConfigurationFiles.AreTheSameForAll(ConfigurationFiles()));
        _key = string.Join('\0', [_options.Program, _options.ConfigFile ?? "", .. _options.Options, .. ConfigurationFiles().Select(Age)]);
    }

    /// <inheritdoc/>
    public async ValueTask<SessionStart> StartAsync(Target target, RemoteCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(command);
        if (SshName.FaultOf(target.Name) is { } fault)
            return SessionStart.Failed(new HostOutcome.Unreachable(HostFailure.NameNotFound, $"ssh can't be given {fault} as a host name"));
        if (command.User is { } user && SshName.FaultOf(user) is { } other)
            return SessionStart.Failed(new HostOutcome.NotStarted(NotStartedReason.CannotStart, $"ssh can't be given {other} as a user name"));

        if (!_options.Multiplex || Take(target, command) is not { } master) return await StartAloneAsync(target, command, null, cancellationToken);
        Master? unused = master;
        MuxSession? session = null;
        try
        {
            (session, var configuration, string? borrowed, var failure) = await OpenAsync(master, target, command, cancellationToken);
            if (failure is not null) return SessionStart.Failed(failure);
            string? mark = borrowed is null ? null : NewMark();
            await session!.ExecuteAsync(ToRequest(mark is null ? command : Marked(command, mark), configuration), cancellationToken);
            StopScript Stop() => mark is null ? StopScript.ForConnection(command.RunsAs) : StopScript.ForMark(mark, command.RunsAs);
            var started = new OpenSshSession(session, borrowed ?? master.ControlPath, Stop, borrowed is null ? master : null, _time);
            session = null;
            if (borrowed is null) unused = null;
            return SessionStart.Started(started);
        }
        catch (MuxException e)
        {
            // Nothing was started. A connection of its own may do: MaxSessions, say.
            return await StartAloneAsync(target, command, e.Message, cancellationToken);
        }
        catch (IOException e)
        {
            master.Keep = false;
            return SessionStart.Failed(new HostOutcome.Unreachable(HostFailure.ConnectionLost, e.Message));
        }
        catch (TimeoutException)
        {
            master.Keep = false;
            return SessionStart.Failed(HostOutcome.Unreachable.MayStillRun);
        }
        catch (Win32Exception e)
        {
            return SessionStart.Failed(new HostOutcome.NotStarted(NotStartedReason.CannotStart, $"can't start '{_options.Program}': {e.Message}"));
        }
        finally
        {
            if (session is not null) await session.DisposeAsync();
            if (unused is not null) await unused.DisposeAsync();
        }
    }

    /// <summary>Closes the connections that are kept, and waits until they are closed. Those in use stay.</summary>
    /// <param name="options">Says where they are, by <see cref="OpenSshOptions.RuntimeFolder"/>.</param>
    /// <returns>How many were closed.</returns>
    /// <exception cref="IOException">The folder of control sockets can't be used.</exception>
    public static async Task<int> DisconnectAsync(OpenSshOptions? options = null)
    {
        int count = 0;
        foreach (string path in Directory.EnumerateFiles(RuntimeFolder.Open(options?.RuntimeFolder), "*.sock"))
        {
            if (Master.TryTake(path) is not { } master) continue;
            await using var held = master;
            if (await master.TerminateAsync()) count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _logs?.Delete(recursive: true);
        _logs = null;
        return default;
    }

    /// <summary>Opens a session over the connection that is there, or a new one, or one of the user's own, whose socket is then told.</summary>
    private async ValueTask<(MuxSession? Session, SshConfiguration Configuration, string? Borrowed, HostOutcome? Failure)> OpenAsync(
        Master master, Target target, RemoteCommand command, CancellationToken cancellationToken)
    {
        if (await ReuseAsync(master, cancellationToken) is { } reused)
        {
            master.Keep = _options.Persist > TimeSpan.Zero;
            var known = ReadConfiguration(master) ?? await AskConfigurationAsync(master, target, command, cancellationToken);
            return (reused, known, null, null);
        }

        var configuration = await AskConfigurationAsync(master, target, command, cancellationToken);
        var failure = await ConnectAsync(master, target, command, configuration, cancellationToken);
        if (failure is HostOutcome.Unreachable { Failure: HostFailure.Authentication }
            && (await AskAsync(target, command, cancellationToken)).ControlPath is { } path && await BorrowAsync(path, cancellationToken) is { } borrowed)
        {
            return (borrowed, configuration, path, null);
        }

        if (failure is not null) return (null, configuration, null, failure);
        var connection = await master.ConnectAsync(cancellationToken) ?? throw new IOException("The connection was lost as soon as it was made.");
        return (await MuxSession.OpenAsync(connection, shared: false, cancellationToken), configuration, null, null);
    }

    /// <summary>A session over the connection that is there already; null where there is none, or it leads nowhere any more.</summary>
    private async ValueTask<MuxSession?> ReuseAsync(Master master, CancellationToken cancellationToken)
    {
        if (!File.Exists(master.ControlPath)) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _time.CreateTimer(source => ((CancellationTokenSource)source!).Cancel(), limit, ReuseLimit, Timeout.InfiniteTimeSpan);
        try
        {
            if (await master.ConnectAsync(limit.Token) is not { } connection) return null;
            return await MuxSession.OpenAsync(connection, shared: false, limit.Token);
        }
        catch (Exception e) when (e is EndOfStreamException or OperationCanceledException)
        {
            await master.TerminateAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>
    /// A session over the user's own shared connection to a host that did not let us in: it may have been opened with a
    /// password or a second factor.
    /// </summary>
    private static async ValueTask<MuxSession?> BorrowAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return await MuxSession.OpenAsync(await MuxConnection.ConnectAsync(path, cancellationToken), shared: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Makes the connection; the result is why it could not be made.</summary>
    private async ValueTask<HostOutcome?> ConnectAsync(
        Master master, Target target, RemoteCommand command, SshConfiguration configuration, CancellationToken cancellationToken)
    {
        master.Keep = _options.Persist > TimeSpan.Zero && Interlocked.Increment(ref _kept) <= _options.MaxPersisting;
        int persist = master.Keep ? (int)Math.Clamp(Math.Ceiling(_options.Persist.TotalSeconds), 1, int.MaxValue) : Unkept;
        List<string> arguments =
        [
            "-M", "-N", "-f", "-S", master.ControlPath.Replace("%", "%%", StringComparison.Ordinal),
            "-o", string.Create(CultureInfo.InvariantCulture, $"ControlPersist={persist}"), "-o", "ClearAllForwardings=yes",
        ];
        // A host that vanishes must not leave a command waiting for ever, unless the user has decided about it.
        if (!configuration.ChecksServer) arguments.AddRange("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4");
        arguments.AddRange(Destination(target, command));
        for (int attempt = 1; ; attempt++)
        {
            var outcome = await SshProgram.ConnectAsync(_options.Program, arguments, cancellationToken);
            if (outcome is null || attempt == Attempts || !SshFailure.IsDrop(outcome)) return outcome;
            if (attempt == 1 && (await AskAsync(target, command, cancellationToken)).IsBehindAnother)
            {
                // With ControlPersist ssh hides what the ssh to the jump host says (ssh_proxy_connect), and so why.
                arguments.InsertRange(0, ["-o", "ControlPersist=no"]);
                master.Keep = false;
            }

            // Not all at once again: 0.1 s at first, doubled each time, give or take half.
            var pause = TimeSpan.FromMilliseconds((100 << (attempt - 1)) * (0.5 + Random.Shared.NextDouble()));
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    /// <summary>What the user's configuration says about sessions on the host; kept beside the master for later runs.</summary>
    private async ValueTask<SshConfiguration> AskConfigurationAsync(Master master, Target target, RemoteCommand command, CancellationToken cancellationToken)
    {
        var configuration = await (_sameForAll.Value
            ? OfAllAsync(target, command).WaitAsync(cancellationToken)
            : AskAsync(target, command, cancellationToken));
        await File.WriteAllTextAsync(master.ConfigurationPath, configuration.SessionLines, cancellationToken);
        return configuration;
    }

    private Task<SshConfiguration> OfAllAsync(Target target, RemoteCommand command)
    {
        lock (_configurations) return _ofAll ??= AskAsync(target, command, CancellationToken.None);
    }

    private async Task<SshConfiguration> AskAsync(Target target, RemoteCommand command, CancellationToken cancellationToken)
    {
        var (status, output, _) = await SshProgram.RunAsync(_options.Program, ["-G", "-T", .. Destination(target, command, batch: false)], cancellationToken);
        // Where ssh refuses its configuration, it does so again when it is to connect, and then its words are the outcome.
        return Known(status == 0 ? output : "");
    }

    /// <summary>What was learnt when the connection was made.</summary>
    private SshConfiguration? ReadConfiguration(Master master)
    {
        try
        {
            return Known(File.ReadAllText(master.ConfigurationPath));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Most hosts have the same one: it is read once.</summary>
    private SshConfiguration Known(string text)
    {
        lock (_configurations)
            return CollectionsMarshal.GetValueRefOrAddDefault(_configurations, text, out _) ??= new(text);
    }

    /// <summary>The words of a command line that name the host, and how to reach it.</summary>
    private IEnumerable<string> Destination(Target target, RemoteCommand command, bool batch = true)
    {
        if (_options.ConfigFile is { } file) yield return "-F" + file;
        if (batch)
        {
            // For each option ssh takes the value that it reads first. At this level it shows no banners.
            yield return "-oBatchMode=yes";
            yield return "-oLogLevel=ERROR";
        }

        foreach (string option in _options.Options) yield return "-o" + option;
        if (command.User is { } user) yield return "-l" + user;
        if (command.Port is { } port) yield return string.Create(CultureInfo.InvariantCulture, $"-p{port}");
        yield return "--";
        yield return target.Name;
    }

    private static SessionRequest ToRequest(RemoteCommand command, SshConfiguration configuration) =>
        new(refused => ToCommandLine(command, refused))
        {
            Offered = configuration.Offered,
            Wanted = command.Environment,
            ForwardAgent = configuration.ForwardAgent,
            Input = command.Input == CommandInput.None ? Stream.Null : command.Input.OpenRead(),
        };

    /// <summary>The line for the login shell of the host, which has to set the variables that the host itself did not accept.</summary>
    private static string ToCommandLine(RemoteCommand command, IReadOnlyCollection<string> refused)
    {
        if (refused.Count == 0) return command.ToCommandLine();
        var variables = refused.Select(name => $"{name}={RemoteCommand.Quote(command.Environment[name])}");
        string program = command.CommandLine is { } line ? $"\"$SHELL\" -c {RemoteCommand.Quote(line)}" : command.ToCommandLine();
        return $"exec env {string.Join(' ', variables)} {program}";
    }

    /// <summary>The right to a connection of our own to the host; null where too many are in use.</summary>
    private Master? Take(Target target, RemoteCommand command)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{_key}\0{target.Name}\0{command.User}\0{command.Port}"));
        string name = Path.Join(_folder, Convert.ToHexStringLower(hash.AsSpan(0, 10)));
        for (int slot = 0; slot < Slots; slot++)
            if (Master.TryTake(string.Create(CultureInfo.InvariantCulture, $"{name}{(char)('a' + slot)}.sock")) is { } master) return master;
        return null;
    }

    /// <summary>Starts an <c>ssh</c> for this command only.</summary>
    /// <param name="target">The host.</param>
    /// <param name="command">The command.</param>
    /// <param name="refusal">How the host refused the command over a shared connection; null where there was none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async ValueTask<SessionStart> StartAloneAsync(Target target, RemoteCommand command, string? refusal, CancellationToken cancellationToken)
    {
        string mark = NewMark();
        string log = Path.Join(LogFolder(), target.Rank.ToString(CultureInfo.InvariantCulture));
        string[] ssh = ["-T", "-S", "none", "-oClearAllForwardings=yes"];
        string[] destination = [.. Destination(target, command)];
        IEnumerable<string> arguments = [_options.Program, .. ssh, "-E", log, .. destination];
        await using var program = new ExecTransport(arguments.Select(argument => argument.Replace("%", "%%", StringComparison.Ordinal)));
        var marked = Marked(command, mark);
        string line = ToCommandLine(marked, [.. marked.Environment.Keys]);
        var start = await program.StartAsync(target, RemoteCommand.Shell(line) with { Input = command.Input }, cancellationToken);
        return start.Session is { } session
            ? SessionStart.Started(new LoneSession(session, log, refusal, OpenStopper, _time))
            : start;

        Stopper OpenStopper() => new Stopper.OverSsh(_options.Program, [.. ssh, "-oConnectTimeout=10", .. destination], StopScript.ForMark(mark, command.RunsAs));
    }

    /// <summary>The command with a mark in its environment, by which its processes are found on the host.</summary>
    private static RemoteCommand Marked(RemoteCommand command, string mark) =>
        command with { Environment = new Dictionary<string, string>(command.Environment) { [StopScript.Mark] = mark } };

    private static string NewMark() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private string LogFolder()
    {
        lock (_configurations) return (_logs ??= Directory.CreateTempSubdirectory("peak-ssh-")).FullName;
    }

    private IEnumerable<string> ConfigurationFiles() => _options.ConfigFile is { } file
        ? [file]
        : [Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh/config"), "/etc/ssh/ssh_config"];

    /// <summary>A configuration that was changed is another one: connections made by the old one are not used.</summary>
    private static string Age(string file) => File.GetLastWriteTimeUtc(file).Ticks.ToString(CultureInfo.InvariantCulture);
}
