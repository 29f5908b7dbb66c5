namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>
/// Asks the operating system to announce changes at the place of a file. An announcement is a reason to look, no more;
/// where there are none, the monitor's polling finds the change later.
/// </summary>
internal sealed class FileWatch(Action changed) : IDisposable
{
    private FileSystemWatcher? _watcher;

    /// <summary>Sees to it that changes of a file are announced; cheap if that is so already.</summary>
    public void Follow(string? path)
    {
        if (_watcher is not null || Path.GetDirectoryName(path) is not { Length: > 0 } folder || !Directory.Exists(folder)) return;
        _watcher = new FileSystemWatcher(folder);
        _watcher.Changed += (_, _) => changed();
        _watcher.Created += (_, _) => changed();
        _watcher.Deleted += (_, _) => changed();
        _watcher.Renamed += (_, _) => changed();
        _watcher.EnableRaisingEvents = true;
    }

    public void Dispose() => _watcher?.Dispose();
}
