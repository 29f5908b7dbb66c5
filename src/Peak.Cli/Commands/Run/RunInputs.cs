using Peak.Cli.State;
using Peak.Clusters.Remote;

namespace Peak.Cli.Commands.Run;

/// <summary>
/// All that <c>peak run</c> needs from outside before it can be planned: the hosts that names stand for, files, standard input, the
/// environment, a password. This is the one place that gets it.
/// </summary>
internal sealed record RunInputs : HostsInputs
{
    /// <summary>The script; null where there is none.</summary>
    public ReadOnlyMemory<byte>? Script { get; init; }

    /// <summary>The password for sudo; null where there is nobody to ask, or none is needed.</summary>
    public string? Password { get; init; }

    /// <summary>What the hosts are to read.</summary>
    public CommandInput Input { get; init; } = CommandInput.None;

    /// <param name="peak">The global options.</param>
    /// <param name="request">What the user typed.</param>
    /// <param name="state">Where the last run is remembered.</param>
    /// <exception cref="CommandFailure">Something is not there, or can't be read.</exception>
    public static RunInputs Read(Invocation peak, RunRequest request, StateFolder state)
    {
        if (request.Targets.ReadsInput && request.Command.SendsInput)
            throw CommandFailure.Usage("'-w -' and --stdin can't both read standard input");
        RunPlan.CheckCommand(request);
        var environment = RunEnvironment.Here;
        var reader = new TargetReader(peak, state);
        if (!request.CommandIsMarked) reader.CheckFirstWord(request.Command, request.Targets.NamesNone);
        var hosts = reader.Read(request.Targets, request.DryRun);
        return new()
        {
            Environment = environment,
            Hosts = hosts,
            ThisMachine = request.Targets.IsWholeCluster && peak.ClusterPath is null,
            Script = request.Command.Script is { } file ? (ReadOnlyMemory<byte>?)ReadFile(file) : null,
            // A dry run neither reads nor asks.
            Password = request.DryRun || request.Command.SudoUser is not { } user ? null : AskPassword(user),
            Input = request.DryRun || !request.Command.SendsInput ? CommandInput.None : StandardInput.ForAll(),
        };
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(FileFailure.Checked(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(FileFailure.Describe(file, e));
        }
    }
}
