namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// What a host has in copied folders and the source has not, and what is to be deleted of it: not what a filter leaves out, nor the folders
/// that such things are in. Symbolic links are deleted and never followed.
/// </summary>
internal sealed class Surplus(FileCopy copy, SftpClient client, CancellationToken stop)
{
    /// <summary>Of more it is not likely that somebody meant it; and a host may list without end.</summary>
    private const int Most = 100_000;

    /// <summary>As long as a path can be on Linux.</summary>
    private const int LongestPath = 4096;

    private readonly List<Item> _items = [];

    /// <summary>Takes in something that stands in a copied folder, unless it is to stay.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="path">Its path as an entry would have it.</param>
    /// <param name="there">What it is.</param>
    /// <returns>Whether it goes.</returns>
    public bool Add(string place, string path, in SftpAttributes there)
    {
        bool isFolder = there.Kind == SftpFileKind.Folder;
        if (Stays(path, isFolder)) return false;
        lock (_items) Add(new(place, path, isFolder, Above: null));
        return true;
    }

    /// <summary>Looks at all that is in the folders.</summary>
    /// <exception cref="SftpException">There is too much, a folder can't be listed, or is where another file system begins.</exception>
    public async Task LookAsync()
    {
        for (int i = 0; i < _items.Count; i++)
        {
            var folder = _items[i];
            if (!folder.IsFolder) continue;
            if (await IsMountPointAsync(folder.Place).ConfigureAwait(false))
                throw Refusal(folder.Place, $"'{folder.Place}' is not in the source, but another file system is mounted there");
            await foreach (var entry in client.ListAsync(folder.Place, stop).ConfigureAwait(false))
            {
                string place = HostPath.Join(folder.Place, entry.Name), path = HostPath.Join(folder.Path, entry.Name);
                bool isFolder = entry.Attributes.Kind == SftpFileKind.Folder;
                if (Stays(path, isFolder)) folder.Keep();
                else Add(new(place, path, isFolder, folder));
            }
        }

        _items.RemoveAll(item => item.Stays);
        _items.Sort((a, b) => string.CompareOrdinal(a.Place, b.Place));
    }

    /// <summary>What would be deleted, a line each.</summary>
    public IEnumerable<string> Lines() => _items.Select(item => $"delete {item.Place}");

    public async Task DeleteAsync(CopyProgress progress)
    {
        await AtOnce.EachAsync(_items.Where(item => !item.IsFolder), DeleteFileAsync, stop).ConfigureAwait(false);
        // In this order, without waiting for answers: what is in a folder stands after it.
        List<Task> deleting = [];
        foreach (var folder in _items.Where(item => item.IsFolder).Reverse())
            deleting.Add(CountAsync(await client.BeginRemoveFolderAsync(folder.Place, stop).ConfigureAwait(false)));
        await Task.WhenAll(deleting).ConfigureAwait(false);

        async Task DeleteFileAsync(Item file)
        {
            await client.RemoveIfThereAsync(file.Place, stop).ConfigureAwait(false);
            progress.Deleted();
        }

        async Task CountAsync(Task deleted)
        {
            await deleted.ConfigureAwait(false);
            progress.Deleted();
        }
    }

    private void Add(Item item)
    {
        if (_items.Count == Most)
            throw Refusal(item.Place, $"more than {Most} names on the host are not in the source, which is more than are deleted at once");
        if (item.Place.Length > LongestPath) throw Refusal(item.Place, "the host has folders deeper than can be");
        _items.Add(item);
    }

    /// <summary>Other copies' files that are not whole yet are for them to remove.</summary>
    private bool Stays(string path, bool isFolder) =>
        PartName.IsInUse(HostPath.NameOf(path)) || copy.Files.Filter?.ExcludesItself(path, isFolder) == true || copy.Files.HasLeftOut(path);

    private async ValueTask<bool> IsMountPointAsync(string folder) =>
        client.Has(SftpFeatures.Space)
        && await client.FileSystemAsync(folder, stop).ConfigureAwait(false)
        != await client.FileSystemAsync(HostPath.FolderOf(folder), stop).ConfigureAwait(false);

    private static SftpException Refusal(string path, string message) => new(SftpStatus.Failure, path, message);

    private sealed record Item(string Place, string Path, bool IsFolder, Item? Above)
    {
        /// <summary>Whether something in it is to stay, and so it must.</summary>
        public bool Stays { get; private set; }

        public void Keep()
        {
            for (var item = this; item is { Stays: false }; item = item.Above) item.Stays = true;
        }
    }
}
