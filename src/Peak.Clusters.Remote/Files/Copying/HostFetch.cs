using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// One attempt to fetch from one host. A folder here is opened name by name from the one that the user named, and what is in it is
/// worked on by that: no link leads away from it.
/// </summary>
internal sealed class HostFetch(FileFetch fetch, SftpClient client, HostWorkContext context, CancellationToken stop) : IDisposable
{
    private const int AtOnce = 4;
    private const int MostNames = 1_000_000;
    private const int MostDepth = 200;
    private const int MostWords = 100;
    private const UnixFileMode Rights = (UnixFileMode)0x1ff;
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly PartName _parts = new();
    private readonly List<string> _leftOut = [];
    private readonly List<Named> _found = [];
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private string[] _top = [];
    private SftpException? _failure;
    private int _names, _copied, _unchanged, _leftOutCount;
    private long _taken, _bytes, _reported;

    public async Task<FileCopyResult> RunAsync()
    {
        FileCopyResult result;
        try
        {
            if (!fetch.Options.Flat) _top = [context.Target.FileName];
            // All is found before any is fetched: where two would be one here, neither replaces anything.
            foreach (string path in fetch.Paths) await TryAsync(FindAsync(path)).ConfigureAwait(false);
            foreach (var found in _found) await TryAsync(FetchAsync(found)).ConfigureAwait(false);
            result = Result(_failure?.Path, _failure?.Message);
        }
        catch (SftpException e) when (e.Status != SftpStatus.ConnectionLost)
        {
            result = End(e.Path, e.Message);
        }
        catch (SourceException e)
        {
            result = End(null, e.Message);
        }

        await TellLeftOutAsync().ConfigureAwait(false);
        return result;
    }

    public void Dispose() => _parts.Dispose();

    private FileCopyResult End(string? path, string reason)
    {
        if (_failure is not null) LeaveOut(_failure.Message);
        return Result(path, reason);
    }

    private FileCopyResult Result(string? path, string? reason) => new(_copied, _bytes, 0, _unchanged, path, reason);

    private static SftpException NoMatch(string pattern) =>
        new(SftpStatus.NoSuchFile, pattern, $"there is no '{pattern}' on the host");

    /// <summary>What the host refuses of one file does not keep others from being fetched; the first refusal is why it failed.</summary>
    private async Task TryAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (SftpException e) when (IsRefusal(e))
        {
            Fail(e);
        }
    }

    private static bool IsRefusal(SftpException e) =>
        e.Status is SftpStatus.NoSuchFile or SftpStatus.PermissionDenied or SftpStatus.Failure;

    private void Fail(SftpException e)
    {
        if (_failure is null) _failure = e;
        else LeaveOut(e.Message);
    }

    /// <summary>Finds what a path means: all that a pattern matches and that can be fetched, or the very thing it names.</summary>
    private async Task FindAsync(string pattern)
    {
        bool isPattern = Glob.IsPattern(pattern), matches = false;
        var paths = await Glob.ResolveAsync(client, pattern, CountName, stop).ConfigureAwait(false);
        if (paths.Count == 0) throw NoMatch(pattern);
        foreach (string path in paths)
        {
            SftpAttributes attributes;
            try
            {
                // Where the user himself named a link, what it leads to is meant.
                attributes = await client.StatAsync(path, followLink: true, stop).ConfigureAwait(false);
            }
            catch (SftpException e) when (isPattern && IsRefusal(e))
            {
                // The rest of a pattern need not be in each folder that its beginning matches.
                if (e.IsMissing && !await IsThereAsync(path).ConfigureAwait(false)) continue;
                matches = true;
                if (e.IsMissing) LeaveOut($"{path} (leads to nothing)");
                else Fail(e);
                continue;
            }

            matches = true;
            if (WhyNot(path, attributes.Kind) is not { } reason) Add(path, attributes);
            else if (isPattern) LeaveOut($"{path} ({reason})");
            else throw new SftpException(SftpStatus.Failure, path, $"'{path}' is {reason} on the host");
        }

        if (!matches) throw NoMatch(pattern);
    }

    private async ValueTask<bool> IsThereAsync(string path)
    {
        try
        {
            await client.StatAsync(path, followLink: false, stop).ConfigureAwait(false);
            return true;
        }
        catch (SftpException e) when (e.IsMissing)
        {
            return false;
        }
    }

    private string? WhyNot(string path, SftpFileKind kind) => kind switch
    {
        SftpFileKind.File when path != "/" => null,
        SftpFileKind.Folder => fetch.Folder is null || fetch.Options.Flat ? "a folder" : null,
        _ => "no file and no folder",
    };

    private void Add(string path, SftpAttributes attributes)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string[] here = fetch.Options.Flat ? [$"{names[^1]}.{context.Target.FileName}"] : [.. _top, .. names];
        string place = string.Join('/', here);
        if (fetch.Folder is not null && !_places.TryAdd(place, path))
        {
            if (_places[place] == path) return;
            throw new SourceException($"'{_places[place]}' and '{path}' would both be '{place}'");
        }

        _found.Add(new(path, here, attributes));
    }

    private async Task FetchAsync(Named found)
    {
        var (path, here, attributes) = found;
        if (fetch.Folder is null)
        {
            await PrintAsync(path, attributes).ConfigureAwait(false);
        }
        else if (attributes.Kind == SftpFileKind.Folder)
        {
            await FetchFolderAsync(path, here, 0, attributes).ConfigureAwait(false);
        }
        else
        {
            using var folder = Open(here[..^1], TooLarge(path, attributes));
            await FetchFileAsync(path, folder, here[^1], attributes).ConfigureAwait(false);
        }
    }

    private async Task FetchFolderAsync(string path, string[] here, int depth, SftpAttributes attributes)
    {
        if (depth > MostDepth) throw new SftpException(SftpStatus.Failure, path, $"'{path}' is more than {MostDepth} folders deep");
        List<SftpEntry> entries = [], folders = [];
        await foreach (var entry in client.ListAsync(path, stop).ConfigureAwait(false))
        {
            CountName();
            entries.Add(entry);
        }

        using var folder = Open(here);
        RemoveLeftBehind(folder);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(entries, options, async (entry, _) =>
        {
            string there = HostPath.Join(path, entry.Name);
            switch (entry.Attributes.Kind)
            {
                case SftpFileKind.File:
                    await FetchFileAsync(there, folder, entry.Name, entry.Attributes).ConfigureAwait(false);
                    break;
                case SftpFileKind.SymbolicLink:
                    await FetchLinkAsync(there, folder, entry.Name, entry.Attributes, depth).ConfigureAwait(false);
                    break;
                case SftpFileKind.Folder:
                    lock (folders) folders.Add(entry);
                    break;
                default:
                    LeaveOut($"{there} (no file, folder or link)");
                    break;
            }
        }).ConfigureAwait(false);
        foreach (var entry in folders)
        {
            string below = HostPath.Join(path, entry.Name);
            await FetchFolderAsync(below, [.. here, entry.Name], depth + 1, entry.Attributes).ConfigureAwait(false);
        }

        Finish(folder, attributes, OwnersFolder);
    }

    private async Task FetchFileAsync(string path, SafeFileHandle folder, string name, SftpAttributes attributes)
    {
        byte[] place = SourceFile.PathBytes(name);
        if (Posix.TryGetStatusIn(folder, place, out var there))
        {
            if (there.IsFolder) throw new SourceException($"'{path}' can't be put in the place of a folder here");
            if (there.IsPlainFile && there.Size == attributes.Size && attributes.Size > 0
                && there.ModifiedSeconds == attributes.ModifiedAt?.ToUnixTimeSeconds())
            {
                Interlocked.Increment(ref _unchanged);
                return;
            }
        }

        if (TooLarge(path, attributes) is { } failure) throw failure;
        byte[] part = SourceFile.PathBytes(_parts.Next());
        using var stream = await OpenReadAsync(path).ConfigureAwait(false);
        using var file = Posix.CreateIn(folder, part);
        if (file.IsInvalid) throw Failure(path);
        try
        {
            long size = await CopyAsync(stream, file, path).ConfigureAwait(false);
            Finish(file, attributes, default);
            if (!Posix.RenameIn(folder, part, place)) throw Failure(path);
            Interlocked.Increment(ref _copied);
            Interlocked.Add(ref _bytes, size);
        }
        catch
        {
            Posix.RemoveIn(folder, part);
            throw;
        }
    }

    private async ValueTask<SftpReadStream> OpenReadAsync(string path)
    {
        var file = await client.OpenAsync(path, SftpOpenMode.Read, default, stop).ConfigureAwait(false);
        return new(file, count => Take(count, path));
    }

    private async ValueTask<long> CopyAsync(Stream stream, SafeFileHandle file, string path)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(client.ChunkSize);
        try
        {
            long size = 0;
            while (await stream.ReadAsync(buffer, stop).ConfigureAwait(false) is > 0 and var count)
            {
                RandomAccess.Write(file, buffer.AsSpan(0, count), size);
                size += count;
            }

            return size;
        }
        catch (Exception e) when (e is IOException and not (SftpException or SourceException or Connections.ConnectionException))
        {
            throw new SourceException($"can't write '{path}' here: {e.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task FetchLinkAsync(string path, SafeFileHandle folder, string name, SftpAttributes attributes, int depth)
    {
        string target = await client.ReadLinkAsync(path, stop).ConfigureAwait(false);
        if (!StaysInside(target, depth))
        {
            LeaveOut($"{path} (leads to {target})");
            return;
        }

        byte[] part = SourceFile.PathBytes(_parts.Next()), place = SourceFile.PathBytes(name);
        if (Posix.TryGetStatusIn(folder, place, out var there) && there.IsFolder)
            throw new SourceException($"'{path}' can't be put in the place of a folder here");
        if (!Posix.MakeLinkIn(folder, part, SourceFile.PathBytes(target))) throw Failure(path);
        if (attributes.ModifiedAt is { } time) _ = Posix.SetTimeIn(folder, part, time); // a file system may not have it
        if (!Posix.RenameIn(folder, part, place))
        {
            var failure = Failure(path);
            Posix.RemoveIn(folder, part);
            throw failure;
        }

        Interlocked.Increment(ref _copied);
    }

    /// <summary>Whether a link leads to something below the folder that was named, at whatever place it is read.</summary>
    private static bool StaysInside(string target, int depth)
    {
        if (target.Length == 0 || target.StartsWith('/') || target.Contains('\0', StringComparison.Ordinal)) return false;
        foreach (string name in target.Split('/'))
        {
            if (name == "..") depth--;
            else if (name is not ("." or "")) depth++;
            if (depth < 0) return false;
        }

        return true;
    }

    private async ValueTask PrintAsync(string path, SftpAttributes attributes)
    {
        if (TooLarge(path, attributes) is { } failure) throw failure;
        using var stream = await OpenReadAsync(path).ConfigureAwait(false);
        await context.CopyOutputAsync(stream, error: false).ConfigureAwait(false);
        _copied++;
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"can't make the folder '{folder}': {e.Message}");
        }
    }

    /// <summary>Opens a folder of the host's here, and makes what is missing of it.</summary>
    /// <param name="names">Its name, and before it those of the ones above.</param>
    /// <param name="instead">What is thrown instead of making anything: where nothing will be in it.</param>
    private SafeFileHandle Open(IEnumerable<string> names, SourceException? instead = null)
    {
        byte[] top = SourceFile.PathBytes(fetch.Folder!);
        var folder = Posix.OpenFolder(top);
        if (folder.IsInvalid && Posix.LastError == Posix.ENOENT)
        {
            if (instead is not null) throw instead;
            MakeFolder(fetch.Folder!);
            folder = Posix.OpenFolder(top);
        }

        if (folder.IsInvalid) throw new SourceException($"can't open the folder '{fetch.Folder}': {Posix.LastMessage}");
        foreach (string name in names)
        {
            byte[] bytes = SourceFile.PathBytes(name);
            using var above = folder;
            folder = Posix.OpenFolderIn(above, bytes);
            if (folder.IsInvalid && Posix.LastError == Posix.ENOENT)
            {
                if (instead is not null) throw instead;
                Posix.MakeFolderIn(above, bytes);
                folder = Posix.OpenFolderIn(above, bytes);
            }

            if (folder.IsInvalid)
                throw new SourceException($"can't open the folder '{name}' here, of '{fetch.Folder}': {Posix.LastMessage}");
        }

        return folder;
    }

    private static void RemoveLeftBehind(SafeFileHandle folder)
    {
        byte[] path = SourceFile.PathBytes($"/proc/self/fd/{folder.DangerousGetHandle()}");
        foreach (byte[] name in Posix.ListFolder(path) ?? [])
            if (PartName.IsLeftBehind(ByteText.GetString(name))) Posix.RemoveIn(folder, [.. name, 0]);
    }

    private static void Finish(SafeFileHandle file, SftpAttributes attributes, UnixFileMode always)
    {
        if (!OperatingSystem.IsWindows() && attributes.Permissions is { } mode) File.SetUnixFileMode(file, (mode & Rights) | always);
        if (attributes.ModifiedAt is { } time) File.SetLastWriteTimeUtc(file, time.UtcDateTime);
    }

    /// <summary>Counts bytes before they are kept: a host may send without end.</summary>
    private void Take(int count, string path)
    {
        long taken = Interlocked.Add(ref _taken, count);
        if (taken > fetch.Options.MaxSize) throw TooMuch(path);
        const long Step = 1 << 20;
        if (taken < _reported + Step) return;
        _reported = taken;
        context.Report(taken, null, path);
    }

    /// <summary>Why a file that says how large it is is not even begun; null where it is.</summary>
    private SourceException? TooLarge(string path, SftpAttributes attributes) =>
        attributes.Size > fetch.Options.MaxSize - Interlocked.Read(ref _taken) ? TooMuch(path) : null;

    private SourceException TooMuch(string path) =>
        new($"the files of the host have more than {ByteSize.Show(fetch.Options.MaxSize)}, which is the most that is taken: '{path}'");

    private void CountName()
    {
        if (++_names > MostNames) throw new SourceException($"the host has more than {MostNames} files there");
    }

    private void LeaveOut(string what)
    {
        lock (_leftOut)
        {
            _leftOutCount++;
            if (_leftOut.Count < MostWords) _leftOut.Add(what);
        }
    }

    private async ValueTask TellLeftOutAsync()
    {
        if (_leftOutCount == 0) return;
        IEnumerable<string> lines = _leftOut.Order(StringComparer.Ordinal).Select(what => $"left out: {TerminalText.Escape(what)}\n");
        if (_leftOutCount > _leftOut.Count) lines = lines.Append($"left out: {_leftOutCount - _leftOut.Count} more\n");
        using var words = new MemoryStream(ByteText.GetBytes(string.Concat(lines)));
        await context.CopyOutputAsync(words, error: true).ConfigureAwait(false);
    }

    private static SourceException Failure(string path) => new($"can't write '{path}' here: {Posix.LastMessage}");

    /// <summary>Something to fetch: where it is on the host, and by which names here.</summary>
    private readonly record struct Named(string Path, string[] Here, SftpAttributes Attributes);
}
