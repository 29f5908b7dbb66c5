using Peak.Cli.State;

namespace Peak.Cli.Commands.Run;

/// <summary>What every verb that works on hosts needs from outside: the hosts that names stand for, and the environment.</summary>
internal record HostsInputs
{
    public RunEnvironment Environment { get; init; } = RunEnvironment.Empty;

    /// <summary>The names of the hosts, in order, each once.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>The whole cluster is meant and there is no cluster file: this machine, without a network.</summary>
    public bool ThisMachine { get; init; }

    /// <param name="peak">The global options.</param>
    /// <param name="request">What the user typed.</param>
    /// <param name="state">Where the last run is remembered.</param>
    /// <param name="paths">Those of files on the hosts.</param>
    /// <exception cref="CommandFailure">A name stands for nothing, or a file can't be read.</exception>
    public static HostsInputs Read(Invocation peak, HostsRequest request, StateFolder state, IEnumerable<string> paths)
    {
        var reader = new TargetReader(peak, state);
        foreach (string path in paths) reader.CheckPath(path, request.Targets.NamesNone);
        return new()
        {
            Environment = RunEnvironment.Here,
            Hosts = reader.Read(request.Targets, request.DryRun, request.ExcludeMistake),
            ThisMachine = request.Targets.IsWholeCluster && peak.ClusterPath is null,
        };
    }

    /// <summary>Asks for the password of sudo on the hosts.</summary>
    /// <param name="user">Whom to become.</param>
    /// <returns>Null without a terminal, where nobody can be asked: then sudo must need none.</returns>
    public static string? AskPassword(string user)
    {
        using var terminal = UserTerminal.Open();
        return terminal?.AskSecretly($"[sudo] your password on the hosts, to become {user}: ");
    }
}
