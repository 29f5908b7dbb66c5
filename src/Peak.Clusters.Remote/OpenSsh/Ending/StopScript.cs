using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.OpenSsh.Connecting;

namespace Peak.Clusters.Remote.OpenSsh.Ending;

/// <summary>
/// A small script that ends all that a command has started on its host, run there in a second session.
/// </summary>
/// <remarks>
/// The protocol's own <c>signal</c> request reaches one process group only, and before OpenSSH 9.8 none of root's. The
/// command itself is to run exactly as the user gave it, so nothing beside it knows its process. But the sessions of one
/// connection are children of one <c>sshd</c>, each the leader of a session of processes; and as a connection of ours serves
/// one command at a time, the session that isn't the script's own is the command's. Over any other connection a command
/// is found by a mark in its environment.
/// </remarks>
/// <param name="CommandLine">The script, as a line for the host's login shell.</param>
/// <param name="Password">What the script reads first: sudo's password; null where there is none to be read.</param>
internal sealed record StopScript(string CommandLine, string? Password)
{
    /// <summary>The environment variable that marks a command.</summary>
    public const string Mark = "PEAK_RUN_ID";

    /// <summary>What the script says when it is ready for signals; the sessions it found follow.</summary>
    public const string Ready = "peak:";

    /// <summary>The script; never the password.</summary>
    public override string ToString() => CommandLine;

    /// <summary>The command with a mark in its environment, by which its processes are found on the host.</summary>
    public static RemoteCommand Marked(RemoteCommand command, string mark) =>
        command with { Environment = new Dictionary<string, string>(command.Environment) { [Mark] = mark } };

    /// <summary>For a command over the same connection, the only one there.</summary>
    public static StopScript ForConnection(SudoUser? runsAs) => Compose(
        // Our own session, its leader's parent, and that one's other children; those that just begin have no session yet.
        "mine() { [ $p != $$ ] || me=$s; }; " +
        "leader() { [ $p != \"$me\" ] || up=$q; }; " +
        "other() { [ $q != \"$up\" ] || [ $p = \"$me\" ] || all=\"$all$p \"; }; " +
        "me= up=; each mine; each leader; each other",
        runsAs);

    /// <summary>For a command that has a mark, wherever the script runs on its host. Only Linux tells others' environments.</summary>
    /// <param name="mark">The value of <see cref="Mark"/>: letters and digits.</param>
    /// <param name="runsAs"><see cref="RemoteCommand.RunsAs"/>.</param>
    public static StopScript ForMark(string mark, SudoUser? runsAs) => Compose(
        $"[ -r /proc/self/environ ] || {{ echo {Ready}; exit 1; }}; m=; for f in $(grep -l {Mark}={mark} /proc/[0-9]*/environ 2>/dev/null); do f=${{f#/proc/}} m=\"$m ${{f%/environ}} \"; done; " +
        "marked() { case \"$m\" in *\" $p \"*) all=\"$all$s \";; esac; }; each marked",
        runsAs);

    /// <summary>
    /// Reads names of signals, one a line, and sends each to all processes of the command's sessions. At the end of its
    /// input it waits up to five seconds for them to be gone, then kills them; it exits with 1 if that does not help. Any
    /// login shell can read it: one word in single quotes, without a single quote or line break, without an exclamation mark
    /// but before =, and without a backslash before another.
    /// </summary>
    /// <remarks>
    /// Hosts may be busy, and a stop comes to all at once: it looks through the processes once at first and once a
    /// signal, in one loop of the shell without a child, and waits by asking for the process groups only.
    /// </remarks>
    /// <param name="find">What puts the sessions of the command, or leaders that have none yet, into <c>$all</c>.</param>
    /// <param name="runsAs">Who may signal what the login user may not.</param>
    private static StopScript Compose(string find, SudoUser? runsAs)
    {
        string? password = null;
        string more = "", below = "";
        // A name that would need quotes is one that sudo does not know either.
        if (runsAs is not null && SshName.FaultOf(runsAs.Name) is null && !runsAs.Name.Contains('!', StringComparison.Ordinal))
        {
            // Never an argument: the shell has printf itself.
            password = runsAs.Password;
            string sudo = $"-p \"\" -u \"{runsAs.Name}\" -- sh -c \"kill -s $1 $k\"";
            // With use_pty, sudo starts a session of its own for the program.
            below = "case \"$k \" in *\" $q \"*) k=\"$k $p\" all=\"$all$s \"; return;; esac; ";
            more = password is null ? $"; sudo -n {sudo}" : $"; printf \"%s\\n\" \"$secret\" | sudo -S {sudo}";
        }

        return new(Compose(find, password is null ? "" : "IFS= read -r secret; ", below, more), password);
    }

    private static string Compose(string find, string first, string below, string more) =>
        $"exec /bin/sh -c '{first}" +
        // Number, parent and session of each process: from ps, or from /proc where there is none that can tell.
        "list() { ps -A -o pid= -o ppid= -o sid= 2>/dev/null || { [ -r /proc/self/stat ] && for f in /proc/[0-9]*/stat; do " +
        "{ read -r x <$f; } 2>/dev/null || continue; p=${f#/proc/}; set -- ${x##*)}; echo ${p%/stat} $2 $4; done; } || " +
        "ps -A -o pid= -o ppid= -o pgid=; }; " +
        // Calls a function with each, as $p, $q and $s.
        "each() { i=0; for w in $l; do case $i in 0) p=$w i=1;; 1) q=$w i=2;; *) s=$w i=0; $1;; esac; done; }; " +
        // A command that has just begun may have to get through its login shell first.
        $"n=0; while l=$(list) all=\" \"; {find}; [ \"$all\" = \" \" ] && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.2 || sleep 1; done; " +
        $"ours() {{ {below}case \"$all\" in *\" $s \"*|*\" $p \"*) k=\"$k $p\";; esac; }}; " +
        "find() { l=$(list) k=; each ours; [ -n \"$k\" ]; }; " +
        $"hit() {{ kill -s $1 $k{more}; }}; " +
        $"echo \"{Ready}$all:\"; exec 2>/dev/null; " +
        "while read c; do find && hit $c; done; n=0; " +
        "while [ $n -lt 70 ]; do n=$((n+1)) k=; for g in $all; do kill -s 0 -- -$g && k=1; done; " +
        "if [ -z \"$k\" ] || [ $n -ge 50 ]; then find || exit 0; case $n in 5[05]|6[05]) hit KILL;; esac; fi; " +
        "sleep 0.1 || sleep 1; done; exit 1'";
}
