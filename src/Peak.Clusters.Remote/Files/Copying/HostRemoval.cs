using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>One attempt to remove files of one host: all that is named is looked at before anything is removed.</summary>
internal sealed class HostRemoval(FileRemoval removal, SftpClient client, HostWorkContext context, CancellationToken stop)
{
    private const int MostNames = 1_000_000;
    private const int MostDepth = 500;

    private readonly List<string> _lines = [];
    private string _home = "";
    private HashSet<string> _mountPoints = [];
    private int _names, _removed;
    private long _bytes;

    public async Task<FileRemovalResult> RunAsync()
    {
        try
        {
            _home = await client.RealPathAsync(".", stop).ConfigureAwait(false);
            var mounts = await Mount.ReadAllAsync(client, stop).ConfigureAwait(false) ?? [];
            _mountPoints = [.. mounts.Select(mount => mount.Path)];
            List<Named> named = [];
            foreach (string path in removal.Paths) await FindAsync(path, named).ConfigureAwait(false);
            // What is in another that is named goes with it.
            var outer = named.Where(one => !named.Any(other => one.Real.StartsWith(other.Real + "/", StringComparison.Ordinal)));
            foreach (var found in outer) await RemoveAsync(found).ConfigureAwait(false);
            if (removal.Options.DryRun) await ShowAsync().ConfigureAwait(false);
            return Result();
        }
        catch (SftpException e) when (e.Status != SftpStatus.ConnectionLost)
        {
            return Result(e.Path, e.Message);
        }
    }

    private FileRemovalResult Result(string? path = null, string? reason = null) => new(
        _removed,
        removal.Options.DryRun,
        path,
        reason is null || _removed == 0 || removal.Options.DryRun ? reason : $"{reason}; {_removed} removed before");

    /// <summary>Finds what a path means, each once, and whether it may be removed.</summary>
    /// <exception cref="SftpException">It must not.</exception>
    private async Task FindAsync(string pattern, List<Named> found)
    {
        // The link itself, and not where it leads to.
        string trimmed = pattern.TrimEnd('/');
        foreach (string path in await Glob.ResolveAsync(client, trimmed, CountName, stop).ConfigureAwait(false))
        {
            var attributes = await client.TryStatAsync(path, followLink: false, stop).ConfigureAwait(false);
            if (attributes is not { } there) continue;
            string above = await client.RealPathAsync(HostPath.FolderOf(path), stop).ConfigureAwait(false);
            string real = HostPath.Join(above, HostPath.NameOf(path));
            bool isFolder = there.Kind == SftpFileKind.Folder;
            if (!isFolder && trimmed.Length < pattern.Length) throw Refused(path, $"'{path}' is no folder on the host");
            if (isFolder && !removal.Options.Recursive) throw Refused(path, $"'{path}' is a folder on the host");
            if (_mountPoints.Contains(real)) throw Refused(path, $"'{path}' is a mount point on the host");
            string below = real.EndsWith('/') ? real : real + "/";
            if (isFolder && (real == _home || _home.StartsWith(below, StringComparison.Ordinal)))
                throw Refused(path, $"'{path}' is a home folder on the host, or has it in it");
            if (isFolder && _mountPoints.FirstOrDefault(mount => mount.StartsWith(below, StringComparison.Ordinal)) is { } mounted)
                throw Refused(path, $"'{path}' has a mount point in it on the host: '{mounted}'");
            if (found.All(other => other.Real != real)) found.Add(new(path, real, there));
        }
    }

    private async Task RemoveAsync(Named named)
    {
        int before = _removed;
        _bytes = 0;
        if (named.Attributes.Kind == SftpFileKind.Folder) await RemoveFolderAsync(named.Path, named.Real, 0).ConfigureAwait(false);
        else await RemoveFileAsync(named.Path, named.Attributes).ConfigureAwait(false);
        int within = _removed - before - 1;
        _lines.Add(named.Attributes.Kind switch
        {
            SftpFileKind.Folder => $"folder {named.Path} with {within} in it ({ByteSize.Round(_bytes)})",
            SftpFileKind.SymbolicLink => $"link {named.Path}",
            SftpFileKind.File => $"file {named.Path} ({ByteSize.Round(_bytes)})",
            _ => $"special file {named.Path}",
        });
    }

    private async Task RemoveFolderAsync(string path, string real, int depth)
    {
        if (depth > MostDepth) throw Refused(path, $"the folders of the host go deeper than {MostDepth}: '{path}'");
        List<(string Path, SftpAttributes Attributes)> files = [];
        List<string> folders = [];
        await foreach (var entry in client.ListAsync(path, stop).ConfigureAwait(false))
        {
            CountName();
            string there = HostPath.Join(path, entry.Name);
            var attributes = entry.Attributes.Kind != SftpFileKind.Unknown
                ? entry.Attributes
                : await client.StatAsync(there, followLink: false, stop).ConfigureAwait(false);
            if (attributes.Kind == SftpFileKind.Folder) folders.Add(entry.Name);
            else files.Add((there, attributes));
        }

        // What was listed is what was looked at, and no link has come into its place.
        if (await client.RealPathAsync(path, stop).ConfigureAwait(false) is var now && now != real)
            throw Refused(path, $"'{path}' is no longer the folder it was on the host, but leads to '{now}'");
        await AtOnce.EachAsync(files, file => RemoveFileAsync(file.Path, file.Attributes), stop).ConfigureAwait(false);
        foreach (string name in folders)
            await RemoveFolderAsync(HostPath.Join(path, name), HostPath.Join(real, name), depth + 1).ConfigureAwait(false);
        if (!removal.Options.DryRun) await IfThereAsync(client.RemoveFolderAsync(path, stop)).ConfigureAwait(false);
        Count(path);
    }

    private async Task RemoveFileAsync(string path, SftpAttributes attributes)
    {
        if (!removal.Options.DryRun) await IfThereAsync(client.RemoveAsync(path, stop)).ConfigureAwait(false);
        if (attributes is { Kind: SftpFileKind.File, Size: { } size }) Interlocked.Add(ref _bytes, size);
        Count(path);
    }

    private void Count(string path) => context.Report(Interlocked.Increment(ref _removed), null, path);

    /// <summary>What another has removed meanwhile is as it should be.</summary>
    private static async ValueTask IfThereAsync(ValueTask removing)
    {
        try
        {
            await removing.ConfigureAwait(false);
        }
        catch (SftpException e) when (e.IsMissing) { }
    }

    private async ValueTask ShowAsync()
    {
        using var output = new MemoryStream(ByteText.GetBytes(string.Concat(_lines.Select(line => TerminalText.Escape(line) + "\n"))));
        await context.CopyOutputAsync(output, error: false).ConfigureAwait(false);
    }

    private void CountName()
    {
        if (++_names > MostNames) throw Refused(null, $"the host has more than {MostNames} files there");
    }

    private static SftpException Refused(string? path, string message) => new(SftpStatus.Failure, path, message);

    /// <summary>Something to remove, under the name that the user gave it, and by its own.</summary>
    private readonly record struct Named(string Path, string Real, SftpAttributes Attributes);
}
