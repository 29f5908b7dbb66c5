namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>
/// Asks the operating system to announce changes at the place of a file. An announcement is a reason to look, no more;
/// where there are none, the monitor's polling finds the change later.
/// </summary>
/// <param name="changed">Called for each announcement, on any thread.</param>
/// <param name="failed">Called with the reason when changes can't be announced.</param>
internal sealed class FileWatch(Action changed, Action<string> failed) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Place, FileSystemWatcher> _watchers = [];
    private bool _disposed;

    /// <summary>Sees to it that changes of a file are announced; cheap if that is so already.</summary>
    /// <param name="path">The full path; null for none.</param>
    public void Follow(string? path)
    {
        var wanted = new HashSet<Place>();
        if (path is not null)
            foreach (var (folder, names) in WatchedPlaces.Of(path)) wanted.Add(new(folder, Created(folder), string.Join('/', names)));
        lock (_gate)
        {
            if (_disposed) return;
            foreach (var place in _watchers.Keys.Except(wanted).ToArray())
                if (_watchers.Remove(place, out var watcher)) watcher.Dispose();
            foreach (var place in wanted)
                if (!_watchers.ContainsKey(place) && Watch(place) is { } watcher) _watchers.Add(place, watcher);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var watcher in _watchers.Values) watcher.Dispose();
            _watchers.Clear();
        }
    }

    private FileSystemWatcher? Watch(Place place)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(place.Folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite
                    | NotifyFilters.Size | NotifyFilters.Attributes | NotifyFilters.CreationTime,
            };
            foreach (string name in place.Names.Split('/')) watcher.Filters.Add(name);
            watcher.Changed += (_, _) => changed();
            watcher.Created += (_, _) => changed();
            watcher.Deleted += (_, _) => changed();
            watcher.Renamed += (_, _) => changed();
            watcher.Error += (_, _) => changed();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher?.Dispose();
            // A folder that has just gone is no failure: its parent is watched too.
            if (Directory.Exists(place.Folder)) failed(e.Message);
            return null;
        }
    }

    private static DateTime Created(string folder)
    {
        try
        {
            return Directory.GetCreationTimeUtc(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    /// <summary>A watcher watches a folder, not its name: one that is removed and made again is another.</summary>
    private readonly record struct Place(string Folder, DateTime Created, string Names);
}
