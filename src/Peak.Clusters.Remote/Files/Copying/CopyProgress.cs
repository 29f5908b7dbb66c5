using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Counts what has been done on a host, and says so from time to time.</summary>
internal sealed class CopyProgress(HostWorkContext context, long total)
{
    private const long Step = 1 << 20;
    private int _copied, _changed, _owned, _unchanged, _deleted;
    private long _bytes, _done, _reported;

    public void Copied(FileEntry entry)
    {
        Interlocked.Increment(ref _copied);
        Interlocked.Add(ref _bytes, entry.Size);
        Sent(entry.Size, entry);
    }

    public void Changed(FileEntry entry)
    {
        Interlocked.Increment(ref _changed);
        Sent(entry.Size, entry);
    }

    public void Owned(FileEntry entry)
    {
        Interlocked.Increment(ref _owned);
        Sent(entry.Size, entry);
    }

    public void Unchanged(FileEntry entry)
    {
        Interlocked.Increment(ref _unchanged);
        Sent(entry.Size, entry);
    }

    public void Deleted() => Interlocked.Increment(ref _deleted);

    /// <summary>So much of a file is on its way; what was said of a part is taken back once the whole file counts.</summary>
    public void Sent(long bytes, FileEntry entry)
    {
        long done = Interlocked.Add(ref _done, bytes);
        if (done < _reported + Step) return;
        _reported = done;
        context.Report(done, total, entry.Path);
    }

    public void End() => context.Report(total, total, null);

    public FileCopyResult ToResult(string? path, string? reason) =>
        new(_copied, _bytes, _changed, _unchanged, path, reason) { Owned = _owned, Deleted = _deleted };
}
