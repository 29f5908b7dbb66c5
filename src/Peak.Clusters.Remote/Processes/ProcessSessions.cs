using System.Globalization;

namespace Peak.Clusters.Remote.Processes;

/// <summary>The processes that children of ours have started, by session. For one thread.</summary>
internal sealed class ProcessSessions
{
    // Ending many targets at once looks once.
    private const int FreshMilliseconds = 20;
    private readonly Dictionary<int, HashSet<int>> _groups = [];
    private readonly List<(int Leader, TaskCompletionSource Done)> _toKill = [];
    private long _seenAt;

    /// <summary>
    /// Signals all processes of a session: the group of its leader, and the groups that others have made in it (as
    /// <c>timeout</c> does).
    /// </summary>
    /// <param name="leader">The session's leader, not reaped yet.</param>
    /// <param name="signal">The signal.</param>
    public void Signal(int leader, int signal)
    {
        if (Environment.TickCount64 - _seenAt >= FreshMilliseconds) Look();
        SignalGroups(leader, signal);
    }

    /// <summary>Kills what is left of a session whose leader has ended and is not reaped yet.</summary>
    public Task KillAsync(int leader)
    {
        var done = new TaskCompletionSource();
        _toKill.Add((leader, done));

        // Once for all that have ended by now, with a look at what is there after that.
        if (_toKill.Count == 1) EventLoop.Current!.Post(static sessions => ((ProcessSessions)sessions!).KillAll(), this);
        return done.Task;
    }

    private void KillAll()
    {
        Look();
        var toKill = _toKill.ToArray();
        _toKill.Clear();
        foreach (var (leader, done) in toKill)
        {
            SignalGroups(leader, Posix.SIGKILL);
            done.SetResult();
        }
    }

    private void SignalGroups(int leader, int signal)
    {
        foreach (int group in _groups.GetValueOrDefault(leader) ?? [])
            if (group != leader)
                _ = Posix.kill(-group, signal);
        _ = Posix.kill(-leader, signal);
    }

    private void Look()
    {
        _groups.Clear();
        Span<byte> buffer = stackalloc byte[512];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(folder[^1])) continue;
            int file = Posix.OpenToRead(folder + "/stat");
            if (file < 0) continue;
            int length = Posix.Read(file, buffer);
            _ = Posix.close(file);
            if (length > 0) Note(buffer[..length]);
        }

        _seenAt = Environment.TickCount64;
    }

    /// <summary>Takes a line of /proc/PID/stat: <c>pid (name) state parent group session …</c>.</summary>
    private void Note(ReadOnlySpan<byte> line)
    {
        // The name may hold anything, also spaces and parentheses.
        line = line[(line.LastIndexOf((byte)')') + 2)..];
        Span<Range> fields = stackalloc Range[4];
        int at = 0;
        foreach (var field in line.Split((byte)' '))
        {
            fields[at++] = field;
            if (at == fields.Length) break;
        }

        if (at < 4
            || !int.TryParse(line[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out int group)
            || !int.TryParse(line[fields[3]], NumberStyles.None, CultureInfo.InvariantCulture, out int session)) return;
        if (!_groups.TryGetValue(session, out var groups)) _groups.Add(session, groups = []);
        groups.Add(group);
    }
}
