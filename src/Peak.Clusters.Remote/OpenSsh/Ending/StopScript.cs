using Peak.Clusters.Remote.Commands;

namespace Peak.Clusters.Remote.OpenSsh.Ending;

/// <summary>
/// A small script (<c>stop.sh</c>) that ends all that a command has started on its host, run there over a second channel.
/// </summary>
/// <remarks>
/// The protocol's own <c>signal</c> request reaches one process group only, and before OpenSSH 9.8 none of root's. The
/// command itself is to run exactly as the user gave it, so nothing beside it knows its process. But what the channels of one
/// connection run are children of one <c>sshd</c>, each the leader of a session of processes; and as a connection of ours serves
/// one command at a time, the session that isn't the script's own is the command's. Over any other connection a command
/// is found by a mark in its environment.
/// </remarks>
/// <param name="CommandLine">The script, as a line for the host's login shell.</param>
/// <param name="Password">What the script reads first: sudo's password; null where sudo asks for none.</param>
internal sealed record StopScript(string CommandLine, string? Password)
{
    /// <summary>The environment variable that marks a command.</summary>
    public const string Mark = "PEAK_RUN_ID";

    private static readonly string Text = ShellText.Load("stop.sh");

    /// <summary>What the script says when it is ready for signals; the sessions it found follow.</summary>
    public static ReadOnlySpan<byte> Ready => "peak:"u8;

    /// <summary>The command with a mark in its environment, by which its processes are found on the host.</summary>
    public static RemoteCommand Marked(RemoteCommand command, string mark) =>
        command with { Environment = new Dictionary<string, string>(command.Environment) { [Mark] = mark } };

    /// <summary>What one that watches is told when there is nothing to end.</summary>
    public const string Leave = "LEAVE";

    /// <summary>For a command over the same connection, the only one there.</summary>
    /// <param name="runsAs"><see cref="RemoteCommand.RunsAs"/>.</param>
    /// <param name="watches">Whether it ends the command where the connection goes away.</param>
    public static StopScript ForConnection(SudoUser? runsAs, bool watches) => Make("", runsAs, watches);

    /// <summary>For a command that has a mark, wherever the script runs on its host. Only Linux tells others' environments.</summary>
    /// <param name="mark">The value of <see cref="Mark"/>: letters and digits.</param>
    /// <param name="runsAs"><see cref="RemoteCommand.RunsAs"/>: who may signal what the login user may not.</param>
    /// <param name="watches">Whether it ends the command where the connection goes away.</param>
    public static StopScript ForMark(string mark, SudoUser? runsAs, bool watches = false) => Make($"{Mark}={mark}", runsAs, watches);

    private static StopScript Make(string mark, SudoUser? runsAs, bool watches)
    {
        string[] parameters = [mark, runsAs?.Name ?? "", runsAs?.Password is null ? "" : "asks", watches ? "watches" : ""];
        return new("exec " + ShellText.ToCommandLine("/bin/sh", Text, parameters), runsAs?.Password);
    }

    /// <summary>The line; never the password.</summary>
    public override string ToString() => CommandLine;
}
