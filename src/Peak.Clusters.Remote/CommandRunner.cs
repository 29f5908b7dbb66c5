using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote;

/// <summary>Runs commands, and other work, on many targets. Safe for any number of runs at once.</summary>
/// <example>
/// <code>
/// await using var connector = new OpenSshConnector();
/// var runner = new CommandRunner(connector);
/// RunResult result = await runner.CollectAsync(RemoteCommand.Shell("uname -r"), cluster.Resolve("@web"));
/// foreach (HostResult host in result) Console.WriteLine($"{host.Target}: {host.OutputText}");
/// </code>
/// </example>
public sealed partial class CommandRunner
{
    private readonly IConnector _connector;
    private readonly TimeProvider _time;

    /// <summary>A runner that reaches its targets by a connector.</summary>
    /// <param name="connector">How the targets are reached. It stays the caller's: dispose of it after the runs.</param>
    /// <param name="options">How targets are treated; the defaults of <see cref="RunOptions"/> where null.</param>
    /// <param name="timeProvider">The clock of time limits and durations; the system's where null.</param>
    public CommandRunner(IConnector connector, RunOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(connector);
        _connector = connector;
        Options = options ?? new();
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>How targets are treated.</summary>
    public RunOptions Options { get; }

    /// <summary>Who sees the events of all runs; nobody by default.</summary>
    public IReadOnlyList<IRunObserver> Observers { get; init; } = [];

    /// <summary>Use only what every platform of .NET has.</summary>
    internal bool Portable { get; init; } = !OperatingSystem.IsLinux();

    /// <summary>The same runner with other options.</summary>
    /// <param name="options">How targets are treated.</param>
    public CommandRunner With(RunOptions options) =>
        new(_connector, options ?? throw new ArgumentNullException(nameof(options)), _time) { Observers = Observers, Portable = Portable };

    /// <summary>A run of some work on targets; it begins when it is enumerated.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="targets">Where; the rank of each is its place, from 0.</param>
    public HostRun Run(HostWork work, IEnumerable<Target> targets)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(targets);
        Target[] ranked = [.. targets.Select((target, rank) => target.Rank == rank ? target : target with { Rank = rank })];
        return new(_connector, work, ranked, Options, _time, Observers, Portable);
    }

    /// <summary>A run of a command on targets; it begins when it is enumerated.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="targets">Where; the rank of each is its place, from 0.</param>
    public HostRun Run(RemoteCommand command, IEnumerable<Target> targets) => Run(new CommandWork(command), targets);

    /// <summary>A run of a command on hosts by name; it begins when it is enumerated.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="nodes">
    /// Where: names, or a node set of them (<see cref="NodeSets.NodeSet"/>), each read by <see cref="Target.Parse"/>; the rank of each is
    /// its place, from 0.
    /// </param>
    /// <exception cref="FormatException">A name has a port that is none.</exception>
    public HostRun Run(RemoteCommand command, IEnumerable<string> nodes) => Run(command, ToTargets(nodes));

    /// <summary>A run of a command on hosts of a cluster; it begins when it is enumerated.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="hosts">Where: <c>cluster.Hosts</c>, the hosts of a group.</param>
    /// <exception cref="FormatException">A name has a port that is none.</exception>
    public HostRun Run(RemoteCommand command, HostList hosts) => Run(command, ToTargets(hosts));

    private static Target[] ToTargets(IEnumerable<string> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        return [.. nodes.Select(Target.Parse)];
    }

    private static Target[] ToTargets(HostList hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return ToTargets(hosts.Select(host => host.Name));
    }
}
