namespace Peak.Clusters.Remote.Processes;

/// <summary>How many descriptors this process may have open (RLIMIT_NOFILE), and what its children get of that.</summary>
internal static unsafe class DescriptorLimit
{
    private static readonly Lock Raising = new();
    private static long _before = -1;

    /// <summary>
    /// Raises the soft limit as far as a fan-out needs and the hard limit lets, and says how many targets at once the limit is
    /// enough for.
    /// </summary>
    /// <param name="fanOut">How many are wanted, at least 1.</param>
    /// <param name="forEach">How many descriptors each needs at most.</param>
    /// <returns>1 to <paramref name="fanOut"/>.</returns>
    public static int MakeRoomFor(int fanOut, int forEach)
    {
        // What is open already, and some for what comes and goes: new pipes of a child, output files.
        int others = Directory.GetFileSystemEntries("/proc/self/fd").Length + 24;
        long needed = others + (long)fanOut * forEach;
        lock (Raising)
        {
            Posix.ResourceLimit limit;
            if (Posix.prlimit(0, Posix.RLIMIT_NOFILE, null, &limit) < 0) return fanOut;
            long hard = limit.Hard > long.MaxValue ? long.MaxValue : (long)limit.Hard;
            long soft = limit.Soft > long.MaxValue ? long.MaxValue : (long)limit.Soft;
            if (soft < needed && soft < hard)
            {
                long wanted = Math.Min(needed, hard);
                var raised = new Posix.ResourceLimit { Soft = (nuint)wanted, Hard = limit.Hard };
                if (Posix.prlimit(0, Posix.RLIMIT_NOFILE, &raised, null) == 0)
                {
                    if (_before < 0) _before = soft;
                    soft = wanted;
                }
            }

            GrowTable((int)Math.Min(needed, soft));
            return soft >= needed ? fanOut : (int)Math.Clamp((soft - others) / forEach, 1, fanOut);
        }
    }

    /// <summary>
    /// Has the kernel make the table of descriptors large enough at once: it grows by doubling, and where a process has
    /// several threads each growth waits for all processors (expand_fdtable), 10 ms in the midst of starting targets.
    /// </summary>
    private static void GrowTable(int count)
    {
        int any = Posix.OpenToRead("/dev/null");
        if (any < 0) return;
        int last = Posix.fcntl(any, Posix.F_DUPFD_CLOEXEC, count - 1);
        if (last >= 0) _ = Posix.close(last);
        _ = Posix.close(any);
    }

    /// <summary>
    /// Gives a new child the soft limit that this process was given: programs that use <c>select</c>, or close every
    /// descriptor they might have, suffer from a high one.
    /// </summary>
    public static void RestoreIn(int process)
    {
        if (_before < 0) return;
        Posix.ResourceLimit limit;
        if (Posix.prlimit(process, Posix.RLIMIT_NOFILE, null, &limit) < 0) return;
        limit.Soft = (nuint)_before;
        _ = Posix.prlimit(process, Posix.RLIMIT_NOFILE, &limit, null);
    }
}
