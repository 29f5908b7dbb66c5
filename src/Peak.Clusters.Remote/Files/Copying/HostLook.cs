namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// Looks what a host has in the places of a copy, a level of folders after the other. It changes nothing there, but removes what earlier
/// copies have left behind.
/// </summary>
internal sealed class HostLook(FileCopy copy, SftpClient client, HostChecksums checksums, CancellationToken stop)
{
    /// <summary>How many names of others in a folder are looked at; then each of ours is asked for.</summary>
    private const int MostOthers = 10_000;

    private readonly FileManifest _files = copy.Files;
    private readonly FileCopyOptions _options = copy.Options;
    private readonly CopyPlan _plan = new(copy) { Surplus = new(copy, client, stop) };

    /// <exception cref="SftpException">Something is in the way, or can't be looked at.</exception>
    public async Task<CopyPlan> RunAsync()
    {
        await ResolveAsync().ConfigureAwait(false);
        if (_options.Owner is { } owner) _plan.Owner = await HostOwner.FindAsync(client, owner, stop).ConfigureAwait(false);
        // What comes without a folder of its own goes into one that is there.
        for (int i = 0; i < _files.RootCount; i++)
            if (_plan.PlaceOf(i) == _plan.Destination && _plan.IntoFolder) _plan[i] = Verdict.Same;
        // The sources may go to different folders, where they keep their paths.
        var above = Enumerable.Range(0, _files.RootCount).Where(i => _plan[i] == Verdict.Unknown)
            .GroupBy(i => HostPath.FolderOf(_plan.PlaceOf(i)));
        foreach (var folder in above)
        {
            var ours = folder.ToDictionary(i => HostPath.NameOf(_plan.PlaceOf(i)), StringComparer.Ordinal);
            await LookIntoAsync(folder.Key, ours).ConfigureAwait(false);
        }

        if (_options.DeleteOthers && _plan.MissingParents.Count == 0) await CheckMirrorsAsync().ConfigureAwait(false);
        int level = 0;
        for (int next; level < _files.Entries.Count; level = next)
        {
            // All below those of one level are the next.
            next = level + 1;
            while (next < _files.Entries.Count && _files.Entries[next].Parent < level) next++;
            int from = level, to = next;
            var folders = Enumerable.Range(from, to - from).Where(i => _files.Entries[i].Kind == SftpFileKind.Folder);
            await AtOnce.EachAsync(folders, LookBelowAsync, stop).ConfigureAwait(false);
        }

        await _plan.Surplus.LookAsync().ConfigureAwait(false);
        return _plan;
    }

    private async ValueTask ResolveAsync()
    {
        string path = copy.Destination;
        if (path is "~" or ['~', '/', ..])
        {
            // Where a server begins is where the user is at home.
            path = client.Has(SftpFeatures.ExpandPath)
                ? await client.ExpandPathAsync("~", stop).ConfigureAwait(false) + path[1..]
                : path.Length > 2 ? path[2..] : ".";
        }
        else if (path[0] == '~')
        {
            int end = path.IndexOf('/', StringComparison.Ordinal);
            string user = end < 0 ? path : path[..end];
            path = await client.ExpandPathAsync(user, stop).ConfigureAwait(false) + path[user.Length..];
        }

        string trimmed = path.TrimEnd('/');
        _plan.Destination = trimmed.Length > 0 ? trimmed : _plan.IntoFolder ? "/" : path;
        string above = _plan.IntoFolder ? _plan.Destination : HostPath.FolderOf(_plan.Destination);
        var folder = await client.TryStatAsync(above, followLink: true, stop).ConfigureAwait(false);
        if (folder is null) IsMissing(above);
        else if (folder.Value.Kind is not (SftpFileKind.Folder or SftpFileKind.Unknown)) throw IsNoFolder(above);
    }

    private async Task LookBelowAsync(int index)
    {
        var children = _files.Entries[index].Children;
        int? mirror = _options.DeleteOthers ? index : null;
        if (_plan[index] != Verdict.New) await LookIntoAsync(_plan.PlaceOf(index), children, mirror).ConfigureAwait(false);
        else foreach (int child in children.Values) _plan[child] = Verdict.New;
    }

    /// <summary>Looks how ours stand in a folder of the host, and removes what was left behind there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="ours">What is to be in it, by name.</param>
    /// <param name="mirror">The folder's own entry, where it is to have nothing else; null where it keeps that.</param>
    private async Task LookIntoAsync(string folder, IReadOnlyDictionary<string, int> ours, int? mirror = null)
    {
        if (ours.Count == 0 && mirror is null) return;
        int others = 0;
        bool isComplete = false;
        List<string> leftBehind = [];
        List<(int Index, SftpAttributes There)> unsure = [];
        var missing = ours.Values.ToHashSet();
        try
        {
            await foreach (var entry in client.ListAsync(folder, stop).ConfigureAwait(false))
            {
                if (ours.TryGetValue(entry.Name, out int index))
                {
                    if (missing.Remove(index)) Judge(index, entry.Attributes, unsure);
                }
                else if (PartName.IsLeftBehind(entry.Name))
                {
                    if (leftBehind.Count < MostOthers) leftBehind.Add(entry.Name);
                }
                else if (mirror is { } own)
                {
                    string path = HostPath.Join(_files.Entries[own].Path, entry.Name);
                    if (_plan.Surplus.Add(HostPath.Join(folder, entry.Name), path, entry.Attributes)) _plan.Touch(own);
                }
                else if (++others > MostOthers)
                {
                    break;
                }
            }

            isComplete = others <= MostOthers;
        }
        catch (SftpException e) when (e.Status == SftpStatus.PermissionDenied && mirror is null)
        {
            // One may be allowed to write into a folder, and not to list it.
        }
        catch (SftpException e) when (e.IsMissing)
        {
            IsMissing(folder);
            isComplete = true;
        }

        await AtOnce.EachAsync(missing, JudgeMissingAsync, stop).ConfigureAwait(false);
        await AtOnce.EachAsync(unsure, JudgeBetterAsync, stop).ConfigureAwait(false);
        if (_options.DryRun) return;
        await AtOnce.EachAsync(leftBehind, name => client.RemoveIfThereAsync(HostPath.Join(folder, name), stop), stop)
            .ConfigureAwait(false);

        async Task JudgeMissingAsync(int index)
        {
            string place = _plan.PlaceOf(index);
            var attributes = isComplete ? null : await client.TryStatAsync(place, followLink: false, stop).ConfigureAwait(false);
            if (attributes is null) _plan[index] = Verdict.New;
            else lock (unsure) Judge(index, attributes.Value, unsure);
        }
    }

    /// <summary>Compares an entry with what stands in its place; what takes another question is put aside.</summary>
    /// <exception cref="SftpException">It must not be replaced.</exception>
    private void Judge(int index, in SftpAttributes there, List<(int Index, SftpAttributes There)> unsure)
    {
        var entry = _files.Entries[index];
        string place = _plan.PlaceOf(index);
        if (there.Kind == SftpFileKind.Special) throw InTheWay(place, $"'{place}' is a device, a socket or a FIFO on the host");
        if (_options.FollowLinks && there.Kind == SftpFileKind.SymbolicLink && entry.Kind != SftpFileKind.SymbolicLink)
        {
            unsure.Add((index, there));
            return;
        }

        bool isFolder = there.Kind == SftpFileKind.Folder;
        if (isFolder != (entry.Kind == SftpFileKind.Folder))
            throw isFolder ? InTheWay(place, $"'{place}' is a folder on the host; to copy into it, write '{place}/'") : IsNoFolder(place);
        long size = entry.SameFileAs is { } first ? _files.Entries[first].Size : entry.Size;
        bool isFile = entry.Kind == SftpFileKind.File, same = there.Kind == entry.Kind && (!isFile || size == there.Size);
        // One of several names is not the only one of its file.
        if (isFile && entry.SameFileAs is not null && there.Links == 1) same = false;
        if (same && (isFile ? _options.Checksum : !isFolder))
        {
            unsure.Add((index, there));
            return;
        }

        // A folder that was there before has its own times, and what is copied into it changes them.
        if (same && entry.ModifiedAt != there.ModifiedAt)
        {
            if (isFolder) _plan.Touch(index);
            else same = false;
        }

        Settle(index, there, same);
    }

    private async Task JudgeBetterAsync((int Index, SftpAttributes There) unsure)
    {
        var (index, there) = unsure;
        var entry = _files.Entries[index];
        string place = _plan.PlaceOf(index);
        if (entry.Kind != SftpFileKind.SymbolicLink && there.Kind == SftpFileKind.SymbolicLink)
        {
            await FollowAsync(index, place).ConfigureAwait(false);
            return;
        }

        bool same;
        if (entry.Kind == SftpFileKind.SymbolicLink)
        {
            same = await client.ReadLinkAsync(place, stop).ConfigureAwait(false) == entry.LinkTarget
                && (!client.Has(SftpFeatures.LinkAttributes) || entry.ModifiedAt == there.ModifiedAt);
        }
        else
        {
            byte[] sum = await _files.ChecksumAsync(entry.SameFileAs ?? index).WaitAsync(stop).ConfigureAwait(false);
            same = await checksums.IsAsync(place, sum, stop).ConfigureAwait(false);
        }

        Settle(index, there, same);
    }

    /// <summary>Compares an entry with what the link in its place leads to.</summary>
    private async Task FollowAsync(int index, string link)
    {
        if (await client.TryStatAsync(link, followLink: true, stop).ConfigureAwait(false) is not { } there)
            throw InTheWay(link, $"'{link}' is a link on the host that leads to nothing");
        _plan.Lead(index, await client.RealPathAsync(link, stop).ConfigureAwait(false));
        List<(int Index, SftpAttributes There)> unsure = [];
        Judge(index, there, unsure);
        foreach (var one in unsure) await JudgeBetterAsync(one).ConfigureAwait(false);
    }

    private void Settle(int index, in SftpAttributes there, bool same)
    {
        var entry = _files.Entries[index];
        bool isFolder = entry.Kind == SftpFileKind.Folder;
        bool sameMode = _plan.ModeOf(entry) is not { } mode || there.Permissions is not { } has || mode == has;
        bool sameOwner = _plan.OwnerOf(entry) is not { } owner || (there.User == owner.User && there.Group == owner.Group);
        // The mode of a file that has other names would change under all of them.
        if (!sameMode && !isFolder && there.Links > 1) same = false;
        // A file that belongs to another is replaced: under its name, anything could be by then.
        if (!isFolder && !sameOwner) same = false;
        _plan[index] = !same ? Verdict.Differs : !sameOwner ? Verdict.OwnerDiffers : sameMode ? Verdict.Same : Verdict.ModeDiffers;
        // The place of a source itself is the host's own folder.
        if (!isFolder || entry.Parent >= 0) return;
        _plan[index] = Verdict.Same;
        _plan.Touch(index, isTouched: false);
    }

    /// <summary>Nobody means to delete all that a machine has, or a user.</summary>
    private async ValueTask CheckMirrorsAsync()
    {
        string home = await client.RealPathAsync(".", stop).ConfigureAwait(false);
        for (int i = 0; i < _files.RootCount; i++)
        {
            if (_plan[i] == Verdict.New) continue;
            string place = _plan.PlaceOf(i), real = await client.RealPathAsync(place, stop).ConfigureAwait(false);
            if (real == "/" || real == home)
            {
                throw InTheWay(place, $"'{place}' is {(real == "/" ? "the root" : "your home")} on the host, where "
                    + "nothing is deleted for not being in the source");
            }
        }
    }

    /// <summary>A folder above the places is not there.</summary>
    /// <exception cref="SftpException">It is not to be made.</exception>
    private void IsMissing(string folder)
    {
        if (!_options.MakeParents) throw InTheWay(folder, $"there is no folder '{folder}' on the host");
        lock (_plan.MissingParents)
            if (!_plan.MissingParents.Contains(folder)) _plan.MissingParents.Add(folder);
    }

    private static SftpException IsNoFolder(string path) => InTheWay(path, $"'{path}' is no folder on the host");

    private static SftpException InTheWay(string path, string message) => new(SftpStatus.Failure, path, message);
}
