namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>
/// Ends all that a command has started on its host: a small script in a second session of the same connection.
/// </summary>
/// <remarks>
/// The protocol's own <c>signal</c> request reaches one process group only, and before OpenSSH 9.8 none of root's. The
/// command itself is to run exactly as the user gave it, so nothing beside it knows its process. But the sessions of one
/// connection are children of one <c>sshd</c>, each the leader of a session of processes; and as a connection serves one
/// command at a time, the session that isn't the script's own is the command's.
/// </remarks>
internal static class Stopper
{
    /// <summary>What the script says when it is ready for signals; the sessions it found follow.</summary>
    public const string Ready = "peak:";

    /// <summary>
    /// Reads names of signals, one a line, and sends each to all processes of the command's sessions. At the end of its
    /// input it waits up to five seconds for them to be gone, then kills them. Any login shell can read it: one word
    /// in single quotes without quotes, backslashes, exclamation marks or line breaks.
    /// </summary>
    public const string CommandLine =
        "exec /bin/sh -c '" +
        // Number, parent and session of each process: from /proc, where no other program is needed, or from ps.
        "list() { if [ -r /proc/self/stat ]; then for f in /proc/[0-9]*/stat; do { read -r x <$f; } 2>/dev/null || continue; " +
        "p=${f#/proc/}; set -- ${x##*)}; echo ${p%/stat} $2 $4; done; " +
        "else ps -A -o pid= -o ppid= -o sid= 2>/dev/null || ps -A -o pid= -o ppid= -o pgid=; fi; }; " +
        // Our own session, its leader's parent, and the sessions of that one's other children.
        "me=$(list | while read p q s; do [ $p = $$ ] && echo $s; done); " +
        "up=$(list | while read p q s; do [ $p = \"$me\" ] && echo $q; done); " +
        "all=\" $(list | while read p q s; do [ $q = \"$up\" ] && [ $s = $p ] && [ $p -ne \"$me\" ] && printf \"%s \" $p; done)\"; " +
        "ours() { list | while read p q s; do case \"$all\" in *\" $s \"*) echo $p;; esac; done; }; " +
        "echo \"peak:$all:\"; " +
        "while read c; do k=$(ours); [ -z \"$k\" ] || kill -s $c $k; done 2>/dev/null; n=0; " +
        "while k=$(ours); [ -n \"$k\" ] && [ $n -lt 70 ]; do n=$((n+1)); [ $n -lt 50 ] || kill -s KILL $k; sleep 0.1 || sleep 1; done 2>/dev/null'";
}
