using Peak.Clusters.Remote.Files.Protocol;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// One attempt to copy to one host. First it looks, a level of folders after the other, and makes those that are missing; then it writes
/// what is new or differs, many at once; at last it sets times of folders, which writing into them has changed.
/// </summary>
/// <remarks>What is known of each entry is a byte: there may be very many, on very many hosts.</remarks>
internal sealed class HostCopy(FileCopy copy, SftpClient client, HostWorkContext context, CancellationToken stop) : IDisposable
{
    /// <summary>How many entries are worked on at once; their data share the window of the connection.</summary>
    private const int AtOnce = 32;

    /// <summary>How many files are open here at once: those that are sent in one piece are open only while they are read.</summary>
    private const int OpenAtOnce = 2;

    /// <summary>How many names of others in a folder are looked at; then each of ours is asked for.</summary>
    private const int MostOthers = 10_000;

    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersOnly | UnixFileMode.UserExecute;
    private const UnixFileMode AsUmaskSays =
        OwnersOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan CleaningLimit = TimeSpan.FromSeconds(10);

    private readonly FileManifest _files = copy.Files;
    private readonly IReadOnlyList<FileEntry> _entries = copy.Files.Entries;
    private readonly FileCopyOptions _options = copy.Options;
    private readonly Verdict[] _verdicts = new Verdict[copy.Files.Entries.Count];
    private readonly bool[] _touched = new bool[copy.Files.Entries.Count];
    private readonly SemaphoreSlim _open = new(OpenAtOnce);
    private readonly PartName _parts = new();
    private string _destination = "";
    private bool _intoFolder;
    private int _copied, _changed, _unchanged;
    private long _bytes, _done, _reported;

    /// <summary>How an entry stands on the host.</summary>
    private enum Verdict : byte
    {
        Unknown,
        New,
        Differs,
        ModeDiffers,
        Same,
    }

    public async Task<FileCopyResult> RunAsync()
    {
        try
        {
            await ResolveAsync().ConfigureAwait(false);
            await LookAsync().ConfigureAwait(false);
            if (!_options.DryRun) await ApplyAsync().ConfigureAwait(false);
            Report(_files.TotalSize, null);
            return Result(null, null);
        }
        catch (SftpException e) when (e.Status != SftpStatus.ConnectionLost)
        {
            return Result(e.Path, await ExplainAsync(e).ConfigureAwait(false));
        }
        catch (SourceException e)
        {
            return Result(null, e.Message);
        }
    }

    public void Dispose()
    {
        _parts.Dispose();
        _open.Dispose();
    }

    /// <summary>What would change, a line each.</summary>
    public IEnumerable<string> Plan()
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            string? what = _verdicts[i] switch
            {
                Verdict.New => "new",
                Verdict.Differs => "differs",
                Verdict.ModeDiffers => "mode",
                _ => null,
            };
            if (what is not null) yield return $"{what} {PlaceOf(i)}";
        }
    }

    private FileCopyResult Result(string? path, string? reason) => new(_copied, _bytes, _changed, _unchanged, path, reason);

    /// <summary>Servers have one word for a full disk, a read-only one and all else: asks for what is likely.</summary>
    private async ValueTask<string> ExplainAsync(SftpException failure)
    {
        if (failure is not { Status: SftpStatus.Failure, Path: { } path } || !client.Has(SftpFeatures.Space)) return failure.Message;
        try
        {
            using var limit = new CancellationTokenSource(CleaningLimit);
            var space = await client.SpaceAsync(FolderOf(path), limit.Token).ConfigureAwait(false);
            string? why = space.IsReadOnly ? "the file system is read-only"
                : space.Available < 1 << 16 ? "the file system is full"
                : space is { Files: > 0, FreeFiles: 0 } ? "the file system has no room for more files"
                : null;
            return why is null ? failure.Message : failure.Message.Replace("the host does not say why", why, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return failure.Message;
        }
    }

    private async ValueTask ResolveAsync()
    {
        string path = copy.Destination;
        _intoFolder = path.EndsWith('/');
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
        _destination = trimmed.Length > 0 ? trimmed : _intoFolder ? "/" : path;
        string above = _intoFolder ? _destination : FolderOf(_destination);
        var folder = await client.TryStatAsync(above, followLink: true, stop).ConfigureAwait(false);
        if (folder is null && _options.MakeParents)
        {
            if (!_options.DryRun) await MakeWithParentsAsync(above).ConfigureAwait(false);
            return;
        }

        if (folder is null) throw Conflict(above, $"there is no folder '{above}' on the host");
        if (folder.Value.Kind is not (SftpFileKind.Folder or SftpFileKind.Unknown))
            throw Conflict(above, $"'{above}' is no folder on the host");
    }

    private async ValueTask MakeWithParentsAsync(string path)
    {
        if (await client.TryStatAsync(path, followLink: true, stop).ConfigureAwait(false) is not null) return;
        if (FolderOf(path) is var above && above != path) await MakeWithParentsAsync(above).ConfigureAwait(false);
        await client.CreateFolderAsync(path, cancellationToken: stop).ConfigureAwait(false);
    }

    private async Task LookAsync()
    {
        // What comes without a folder of its own goes into one that is there.
        for (int i = 0; i < _files.RootCount; i++)
            if (PlaceOf(i) == _destination && _intoFolder) _verdicts[i] = Verdict.Same;
        // The sources may go to different folders, where they keep their paths.
        var above = Enumerable.Range(0, _files.RootCount).Where(i => _verdicts[i] == Verdict.Unknown).GroupBy(i => FolderOf(PlaceOf(i)));
        foreach (var folder in above)
        {
            if (_options is { MakeParents: true, DryRun: false }) await MakeWithParentsAsync(folder.Key).ConfigureAwait(false);
            await LookIntoAsync(folder.Key, folder.ToDictionary(i => NameOf(PlaceOf(i)), StringComparer.Ordinal)).ConfigureAwait(false);
        }

        int level = 0;
        for (int next; level < _entries.Count; level = next)
        {
            // All below those of one level are the next.
            next = level + 1;
            while (next < _entries.Count && _entries[next].Parent < level) next++;
            int from = level, to = next;
            await EachAsync(
                Enumerable.Range(from, to - from).Where(i => _entries[i].Kind == SftpFileKind.Folder),
                async i =>
                {
                    if (_verdicts[i] == Verdict.New)
                    {
                        foreach (int child in _entries[i].Children.Values) _verdicts[child] = Verdict.New;
                        if (_options.DryRun) return;
                        await client.CreateFolderAsync(PlaceOf(i), OwnersFolder, stop).ConfigureAwait(false);
                        if (_entries[i].Parent is >= 0 and var parent) _touched[parent] = true;
                        Interlocked.Increment(ref _copied);
                    }
                    else
                    {
                        await LookIntoAsync(PlaceOf(i), _entries[i].Children).ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
        }
    }

    /// <summary>Looks how ours stand in a folder of the host, and removes what was left behind there.</summary>
    private async Task LookIntoAsync(string folder, IReadOnlyDictionary<string, int> ours)
    {
        if (ours.Count == 0) return;
        int others = 0;
        bool isComplete = false;
        List<string> leftBehind = [];
        List<(int Index, DateTimeOffset? Time)> links = [];
        var missing = ours.Values.ToHashSet();
        try
        {
            await foreach (var entry in client.ListAsync(folder, stop).ConfigureAwait(false))
            {
                if (ours.TryGetValue(entry.Name, out int index))
                {
                    if (missing.Remove(index)) Judge(index, entry.Attributes, links);
                }
                else if (PartName.IsLeftBehind(entry.Name) && leftBehind.Count < MostOthers)
                {
                    leftBehind.Add(entry.Name);
                }

                if (++others > MostOthers + ours.Count) break;
            }

            isComplete = others <= MostOthers + ours.Count;
        }
        catch (SftpException e) when (e.Status == SftpStatus.PermissionDenied
            || (e.IsMissing && _options is { DryRun: true, MakeParents: true }))
        {
            // One may be allowed to write into a folder, and not to list it.
            isComplete = e.IsMissing;
        }
        catch (SftpException e) when (e.IsMissing)
        {
            throw Conflict(folder, $"there is no folder '{folder}' on the host");
        }

        await EachAsync(missing, async i =>
        {
            var attributes = isComplete ? null : await client.TryStatAsync(PlaceOf(i), followLink: false, stop).ConfigureAwait(false);
            if (attributes is null) _verdicts[i] = Verdict.New;
            else lock (links) Judge(i, attributes.Value, links);
        }).ConfigureAwait(false);
        await EachAsync(links, async link =>
        {
            var entry = _entries[link.Index];
            bool same = await client.ReadLinkAsync(PlaceOf(link.Index), stop).ConfigureAwait(false) == entry.LinkTarget;
            if (client.Has(SftpFeatures.LinkAttributes) && entry.ModifiedAt != link.Time) same = false;
            _verdicts[link.Index] = same ? Verdict.Same : Verdict.Differs;
        }).ConfigureAwait(false);
        if (!_options.DryRun) await EachAsync(leftBehind, name => RemoveAsync(Join(folder, name), stop)).ConfigureAwait(false);
    }

    /// <summary>Compares an entry with what stands in its place; links that have to be read are put aside.</summary>
    /// <exception cref="SftpException">It must not be replaced.</exception>
    private void Judge(int index, in SftpAttributes there, List<(int Index, DateTimeOffset? Time)> links)
    {
        var entry = _entries[index];
        if (there.Kind == SftpFileKind.Special)
            throw Conflict(PlaceOf(index), $"'{PlaceOf(index)}' is a device, a socket or a FIFO on the host");
        bool isFolder = there.Kind == SftpFileKind.Folder;
        if (isFolder != (entry.Kind == SftpFileKind.Folder))
        {
            string place = PlaceOf(index);
            throw Conflict(place, isFolder
                ? $"'{place}' is a folder on the host; to copy into it, write '{place}/'"
                : $"'{place}' is no folder on the host");
        }

        bool sameMode = ModeOf(entry) is not { } mode || there.Permissions is not { } has || mode == has;
        if (entry.Kind == SftpFileKind.SymbolicLink && there.Kind == SftpFileKind.SymbolicLink)
        {
            links.Add((index, there.ModifiedAt));
            return;
        }

        long size = entry.SameFileAs is { } first ? _entries[first].Size : entry.Size;
        bool same = there.Kind == entry.Kind && (isFolder || size == there.Size);
        // One of several names is not the only one of its file.
        if (entry.SameFileAs is not null && there.Links == 1) same = false;
        // A folder that was there before has its own times, and what is copied into it changes them.
        if (same && entry.ModifiedAt != there.ModifiedAt)
        {
            if (isFolder) _touched[index] = true;
            else same = false;
        }

        // The mode of a file that has other names would change under all of them.
        if (!sameMode && !isFolder && there.Links > 1) same = false;
        _verdicts[index] = !same ? Verdict.Differs : sameMode ? Verdict.Same : Verdict.ModeDiffers;
        // The place of a source itself is the host's own folder.
        if (isFolder && entry.Parent < 0) (_verdicts[index], _touched[index]) = (Verdict.Same, false);
    }

    private async Task ApplyAsync()
    {
        await EachAsync(Pending(i => _entries[i] is { Kind: not SftpFileKind.Folder, SameFileAs: null }), ApplyAsync).ConfigureAwait(false);
        // Other names of files that are there by now.
        await EachAsync(Pending(i => _entries[i].SameFileAs is not null), ApplyAsync).ConfigureAwait(false);
        // In this order, and without waiting for answers: what is in a folder is still reached when it is set.
        List<Task> finishing = [];
        for (int i = _entries.Count - 1; i >= 0; i--)
            if (_entries[i].Kind == SftpFileKind.Folder) finishing.Add(await BeginFinishFolderAsync(i).ConfigureAwait(false));
        await Task.WhenAll(finishing).ConfigureAwait(false);
    }

    /// <summary>Those on which there is something to do; the others are counted.</summary>
    private List<int> Pending(Func<int, bool> isMeant)
    {
        List<int> pending = [];
        for (int i = 0; i < _entries.Count; i++)
        {
            if (!isMeant(i)) continue;
            // A name of a file that was replaced is one of the old file.
            if (_verdicts[i] == Verdict.Same && !IsReplaced(i)) Count(i, ref _unchanged);
            else pending.Add(i);
        }

        return pending;
    }

    private bool IsReplaced(int index) => _entries[index].SameFileAs is { } first && _verdicts[first] is Verdict.New or Verdict.Differs;

    private async Task ApplyAsync(int index)
    {
        var entry = _entries[index];
        string place = PlaceOf(index);
        if (_verdicts[index] == Verdict.ModeDiffers && !IsReplaced(index))
        {
            await client.SetAttributesAsync(place, new() { Permissions = ModeOf(entry) }, cancellationToken: stop).ConfigureAwait(false);
            Count(index, ref _changed);
            return;
        }

        string part = Join(FolderOf(place), _parts.Next());
        try
        {
            if (entry.SameFileAs is { } first && client.Has(SftpFeatures.HardLinks))
                await client.CreateHardLinkAsync(part, PlaceOf(first), stop).ConfigureAwait(false);
            else if (entry.Kind == SftpFileKind.SymbolicLink)
                await MakeLinkAsync(entry, part).ConfigureAwait(false);
            else
                await WriteAsync(entry.SameFileAs is { } other ? _entries[other] : entry, part, place).ConfigureAwait(false);
            if (_verdicts[index] != Verdict.New && _options.BackupSuffix is { } suffix)
                await KeepAsync(place, suffix).ConfigureAwait(false);
            await PutAsync(part, place, isNew: _verdicts[index] == Verdict.New).ConfigureAwait(false);
            // Two names of one file stay as they are when one is to replace the other.
            if (entry.SameFileAs is not null) await RemoveAsync(part, stop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await RemovePartAsync(part).ConfigureAwait(false);
            // Whoever reads this does not know the name.
            if (e is SftpException refused && refused.Path == part)
                throw new SftpException(refused.Status, place, refused.Message.Replace(part, place, StringComparison.Ordinal), e);
            throw;
        }

        if (entry.Parent >= 0) _touched[entry.Parent] = true;
        Interlocked.Add(ref _bytes, entry.Size);
        Count(index, ref _copied);
    }

    private async ValueTask MakeLinkAsync(FileEntry entry, string part)
    {
        await client.CreateSymbolicLinkAsync(part, entry.LinkTarget!, stop).ConfigureAwait(false);
        if (entry.ModifiedAt is not { } time || !client.Has(SftpFeatures.LinkAttributes)) return;
        var times = new SftpAttributes { AccessedAt = time, ModifiedAt = time };
        await client.SetAttributesAsync(part, times, followLink: false, stop).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(FileEntry entry, string part, string place)
    {
        var mode = ModeOf(entry) ?? (await client.TryStatAsync(place, followLink: false, stop).ConfigureAwait(false))?.Permissions;
        var file = await client.OpenAsync(
            part,
            SftpOpenMode.Write | SftpOpenMode.Create | SftpOpenMode.Exclusive,
            new() { Permissions = mode is null ? AsUmaskSays : OwnersOnly },
            stop).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            List<Task> sent = [];
            if (entry.Size <= SftpClient.ChunkSize) await SendSmallAsync(file, entry, sent).ConfigureAwait(false);
            else await SendLargeAsync(file, entry, sent).ConfigureAwait(false);
            // What the server has to do in order goes out in order, without waiting for answers.
            if (mode is not null || entry.ModifiedAt is not null)
            {
                var attributes = new SftpAttributes { Permissions = mode, AccessedAt = entry.ModifiedAt, ModifiedAt = entry.ModifiedAt };
                sent.Add(await file.BeginSetAttributesAsync(attributes, stop).ConfigureAwait(false));
            }

            if (_options.Durable && client.Has(SftpFeatures.Sync)) sent.Add(await file.BeginSyncAsync(stop).ConfigureAwait(false));
            sent.Add(await file.BeginCloseAsync(stop).ConfigureAwait(false));
            foreach (var task in sent) await task.ConfigureAwait(false);
        }
    }

    /// <summary>A file of one request is open only while it is read.</summary>
    private async ValueTask SendSmallAsync(SftpFile file, FileEntry entry, List<Task> sent)
    {
        if (entry.Size == 0) return;
        var request = await file.BeginWriteAsync(
            0,
            (int)entry.Size,
            room =>
            {
                using var source = new SourceFile(_files, entry);
                source.Read(room, 0);
                source.CheckUnchanged();
            },
            stop).ConfigureAwait(false);
        sent.Add(WrittenAsync(file, request));
    }

    private async ValueTask SendLargeAsync(SftpFile file, FileEntry entry, List<Task> sent)
    {
        await _open.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            using var source = new SourceFile(_files, entry);
            var written = new Queue<SftpRequest>();
            long end = 0, counted = 0;
            for (long offset = 0; source.NextData(offset, entry.Size) is { } data; offset = data.End)
            {
                for (long at = data.Start; at < data.End;)
                {
                    int count = (int)Math.Min(SftpClient.ChunkSize, data.End - at);
                    long from = at;
                    written.Enqueue(await file.BeginWriteAsync(from, count, room => source.Read(room, from), stop).ConfigureAwait(false));
                    at += count;
                    counted += count;
                    // What went wrong is found out early.
                    while (written.TryPeek(out var first) && first.Task.IsCompleted)
                        file.Written(await written.Dequeue().Task.ConfigureAwait(false));
                    Report(Interlocked.Add(ref _done, count), entry.Path);
                }

                end = data.End;
            }

            // From now on the whole file is counted.
            Interlocked.Add(ref _done, -counted);
            foreach (var request in written) file.Written(await request.AnswerAsync(stop).ConfigureAwait(false));
            source.CheckUnchanged();
            // A hole at its end is not written.
            if (end < entry.Size) sent.Add(await file.BeginSetAttributesAsync(new() { Size = entry.Size }, stop).ConfigureAwait(false));
        }
        finally
        {
            _open.Release();
        }
    }

    private async Task WrittenAsync(SftpFile file, SftpRequest request) =>
        file.Written(await request.AnswerAsync(stop).ConfigureAwait(false));

    /// <summary>Keeps the file that stands in a place under another name.</summary>
    private async ValueTask KeepAsync(string place, string suffix)
    {
        string part = Join(FolderOf(place), _parts.Next());
        try
        {
            await client.CreateHardLinkAsync(part, place, stop).ConfigureAwait(false);
            await client.RenameAsync(part, place + suffix, replace: true, stop).ConfigureAwait(false);
        }
        finally
        {
            // Where the two were one file, a rename does nothing.
            await RemovePartAsync(part).ConfigureAwait(false);
        }
    }

    private async ValueTask PutAsync(string part, string place, bool isNew)
    {
        if (client.Has(SftpFeatures.ReplacingRename))
        {
            await client.RenameAsync(part, place, replace: true, stop).ConfigureAwait(false);
        }
        else if (isNew)
        {
            await client.RenameAsync(part, place, cancellationToken: stop).ConfigureAwait(false);
        }
        else
        {
            throw Conflict(place, $"the host's SFTP server can't replace '{place}' in one step");
        }
    }

    private async ValueTask<Task> BeginFinishFolderAsync(int index)
    {
        bool isNew = _verdicts[index] == Verdict.New, isOwn = _entries[index].Parent < 0 && !isNew;
        if (isOwn || (!isNew && _verdicts[index] == Verdict.Same && !_touched[index]))
        {
            Count(index, ref _unchanged);
            return Task.CompletedTask;
        }

        var entry = _entries[index];
        var attributes = new SftpAttributes
        {
            Permissions = entry.Permissions,
            AccessedAt = entry.ModifiedAt,
            ModifiedAt = entry.ModifiedAt,
        };
        return FinishAsync(await client.BeginSetAttributesAsync(PlaceOf(index), attributes, stop).ConfigureAwait(false));

        async Task FinishAsync(Task set)
        {
            await set.ConfigureAwait(false);
            if (!isNew) Count(index, ref (_verdicts[index] == Verdict.ModeDiffers ? ref _changed : ref _unchanged));
        }
    }

    /// <summary>Removes what must not stay, also when the copy was stopped; requests are done in order, so it may not exist yet.</summary>
    private async ValueTask RemovePartAsync(string part)
    {
        try
        {
            using var limit = new CancellationTokenSource(CleaningLimit);
            await RemoveAsync(part, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException) { }
    }

    private async Task RemoveAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await client.RemoveAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpException e) when (e.IsMissing) { }
    }

    private UnixFileMode? ModeOf(FileEntry entry) => entry.Kind switch
    {
        SftpFileKind.SymbolicLink => null,
        SftpFileKind.File => _options.Permissions ?? entry.Permissions,
        _ => entry.Permissions,
    };

    private void Count(int index, ref int counter)
    {
        Interlocked.Increment(ref counter);
        Report(Interlocked.Add(ref _done, _entries[index].Size), _entries[index].Path);
    }

    private void Report(long done, string? current)
    {
        const long Step = 1 << 20;
        if (done < _reported + Step && current is not null) return;
        _reported = done;
        context.Report(done, _files.TotalSize, current);
    }

    private string PlaceOf(int index)
    {
        var entry = _entries[index];
        return _intoFolder || entry.RootLength == 0 ? Join(_destination, entry.Path) : _destination + entry.Path[entry.RootLength..];
    }

    private static string Join(string folder, string name) =>
        name.Length == 0 ? folder : folder.EndsWith('/') ? folder + name : $"{folder}/{name}";

    private static string FolderOf(string path) => path.LastIndexOf('/') switch
    {
        < 0 => ".",
        0 => "/",
        var slash => path[..slash],
    };

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static SftpException Conflict(string path, string message) => new(SftpStatus.Failure, path, message);

    private async Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> work)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(items, options, async (item, _) => await work(item).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
