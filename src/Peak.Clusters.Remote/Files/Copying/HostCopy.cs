using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>
/// One attempt to copy to one host. First it looks; then it makes the folders that are missing, and writes what is new or differs, many at
/// once; at last it deletes what a mirror has not, and sets times of folders, which writing into them has changed.
/// </summary>
internal sealed class HostCopy(
    FileCopy copy, IConnection connection, SftpClient client, HostWorkContext context, CancellationToken stop)
    : IAsyncDisposable
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan CleaningLimit = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<FileEntry> _entries = copy.Files.Entries;
    private readonly FileCopyOptions _options = copy.Options;
    private readonly CopyProgress _progress = new(context, copy.Files.TotalSize);
    private readonly PartName _parts = new();
    private readonly HostChecksums _checksums = new(connection, client);

    /// <summary>What there is to do; null where looking failed.</summary>
    public CopyPlan? Plan { get; private set; }

    public async Task<FileCopyResult> RunAsync()
    {
        try
        {
            Plan = await new HostLook(copy, client, _checksums, stop).RunAsync().ConfigureAwait(false);
            if (!_options.DryRun) await ApplyAsync(Plan).ConfigureAwait(false);
            _progress.End();
            return _progress.ToResult(null, null);
        }
        catch (SftpException e) when (e.Status != SftpStatus.ConnectionLost)
        {
            return _progress.ToResult(e.Path, await ExplainAsync(e).ConfigureAwait(false));
        }
        catch (SourceException e)
        {
            return _progress.ToResult(null, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _checksums.DisposeAsync().ConfigureAwait(false);
        _parts.Dispose();
    }

    /// <summary>Servers have one word for a full disk, a read-only one and all else: asks for what is likely.</summary>
    private async ValueTask<string> ExplainAsync(SftpException failure)
    {
        if (failure is not { Status: SftpStatus.Failure, Path: { } path } || !client.Has(SftpFeatures.Space)) return failure.Message;
        try
        {
            using var limit = new CancellationTokenSource(CleaningLimit);
            var space = await client.SpaceAsync(HostPath.FolderOf(path), limit.Token).ConfigureAwait(false);
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

    private async Task ApplyAsync(CopyPlan plan)
    {
        foreach (string folder in plan.MissingParents) await MakeWithParentsAsync(folder).ConfigureAwait(false);
        await MakeFoldersAsync(plan).ConfigureAwait(false);
        using (var writer = new PartWriter(copy, plan, client, _progress, stop))
        {
            var files = Pending(plan, i => _entries[i] is { Kind: not SftpFileKind.Folder, SameFileAs: null });
            await AtOnce.EachAsync(files, i => ReplaceAsync(plan, writer, i), stop).ConfigureAwait(false);
            // Other names of files that are there by now.
            var names = Pending(plan, i => _entries[i].SameFileAs is not null);
            await AtOnce.EachAsync(names, i => ReplaceAsync(plan, writer, i), stop).ConfigureAwait(false);
        }

        // At last: where something fails, nothing is missing.
        await plan.Surplus.DeleteAsync(_progress).ConfigureAwait(false);
        // In this order, and without waiting for answers: what is in a folder is still reached when it is set.
        List<Task> finishing = [];
        for (int i = _entries.Count - 1; i >= 0; i--)
            if (_entries[i].Kind == SftpFileKind.Folder) finishing.Add(await BeginFinishFolderAsync(plan, i).ConfigureAwait(false));
        await Task.WhenAll(finishing).ConfigureAwait(false);
    }

    private async ValueTask MakeWithParentsAsync(string path)
    {
        if (await client.TryStatAsync(path, followLink: true, stop).ConfigureAwait(false) is not null) return;
        if (HostPath.FolderOf(path) is var above && above != path) await MakeWithParentsAsync(above).ConfigureAwait(false);
        await client.CreateFolderAsync(path, cancellationToken: stop).ConfigureAwait(false);
    }

    /// <summary>In order and without waiting for answers: each comes after the folder that it is in.</summary>
    private async Task MakeFoldersAsync(CopyPlan plan)
    {
        List<Task> making = [];
        for (int i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Kind != SftpFileKind.Folder || plan[i] != Verdict.New) continue;
            var made = await client.BeginCreateFolderAsync(plan.PlaceOf(i), OwnersFolder, stop).ConfigureAwait(false);
            making.Add(CountAsync(made, i));
        }

        await Task.WhenAll(making).ConfigureAwait(false);

        async Task CountAsync(Task made, int index)
        {
            await made.ConfigureAwait(false);
            plan.TouchParent(index);
            _progress.Copied(_entries[index]);
        }
    }

    /// <summary>Those on which there is something to do; the others are counted.</summary>
    private List<int> Pending(CopyPlan plan, Func<int, bool> isMeant)
    {
        List<int> pending = [];
        for (int i = 0; i < _entries.Count; i++)
        {
            if (!isMeant(i)) continue;
            if (plan[i] == Verdict.Same && !plan.IsReplaced(i)) _progress.Unchanged(_entries[i]);
            else pending.Add(i);
        }

        return pending;
    }

    private async Task ReplaceAsync(CopyPlan plan, PartWriter writer, int index)
    {
        var entry = _entries[index];
        string place = plan.PlaceOf(index);
        if (plan[index] == Verdict.ModeDiffers && !plan.IsReplaced(index))
        {
            var mode = new SftpAttributes { Permissions = plan.ModeOf(entry) };
            await client.SetAttributesAsync(place, mode, cancellationToken: stop).ConfigureAwait(false);
            _progress.Changed(entry);
            return;
        }

        string part = HostPath.Join(HostPath.FolderOf(place), _parts.Next());
        try
        {
            if (entry.SameFileAs is { } first && client.Has(SftpFeatures.HardLinks))
                await client.CreateHardLinkAsync(part, plan.PlaceOf(first), stop).ConfigureAwait(false);
            else if (entry.Kind == SftpFileKind.SymbolicLink)
                await writer.MakeLinkAsync(entry, part).ConfigureAwait(false);
            else
                await WriteAsync(writer, entry.SameFileAs ?? index, part, place).ConfigureAwait(false);
            if (plan[index] != Verdict.New && _options.BackupSuffix is { } suffix) await KeepAsync(place, suffix).ConfigureAwait(false);
            await PutAsync(part, place, isNew: plan[index] == Verdict.New).ConfigureAwait(false);
            // Two names of one file stay as they are when one is to replace the other.
            if (entry.SameFileAs is not null) await client.RemoveIfThereAsync(part, stop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await RemovePartAsync(part).ConfigureAwait(false);
            // Whoever reads this does not know the name.
            if (e is SftpException refused && refused.Path == part)
                throw new SftpException(refused.Status, place, refused.Message.Replace(part, place, StringComparison.Ordinal), e);
            throw;
        }

        plan.TouchParent(index);
        _progress.Copied(entry);
    }

    private async ValueTask WriteAsync(PartWriter writer, int index, string part, string place)
    {
        await writer.WriteAsync(_entries[index], part, place).ConfigureAwait(false);
        if (!_options.Verify) return;
        byte[] sum = await copy.Files.ChecksumAsync(index).WaitAsync(stop).ConfigureAwait(false);
        if (!await _checksums.IsAsync(part, sum, stop).ConfigureAwait(false))
            throw new SftpException(SftpStatus.Failure, place, $"what was written for '{place}' is not what the host reads");
    }

    /// <summary>Keeps the file that stands in a place under another name.</summary>
    private async ValueTask KeepAsync(string place, string suffix)
    {
        string part = HostPath.Join(HostPath.FolderOf(place), _parts.Next());
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
            await client.RenameAsync(part, place, replace: true, stop).ConfigureAwait(false);
        else if (isNew)
            await client.RenameAsync(part, place, cancellationToken: stop).ConfigureAwait(false);
        else
            throw new SftpException(SftpStatus.Failure, place, $"the host's SFTP server can't replace '{place}' in one step");
    }

    private async ValueTask<Task> BeginFinishFolderAsync(CopyPlan plan, int index)
    {
        var entry = _entries[index];
        bool isNew = plan[index] == Verdict.New, isOwn = entry.Parent < 0 && !isNew;
        if (isOwn || (plan[index] == Verdict.Same && !plan.IsTouched(index)))
        {
            _progress.Unchanged(entry);
            return Task.CompletedTask;
        }

        var attributes = new SftpAttributes
        {
            Permissions = entry.Permissions,
            AccessedAt = entry.ModifiedAt,
            ModifiedAt = entry.ModifiedAt,
        };
        string place = plan.PlaceOf(index);
        var owned = plan.OwnerOf(entry) is { } owner && (isNew || plan[index] == Verdict.OwnerDiffers)
            ? await client.BeginSetOwnerAsync(place, owner, stop).ConfigureAwait(false)
            : Task.CompletedTask;
        return FinishAsync(owned, await client.BeginSetAttributesAsync(place, attributes, stop).ConfigureAwait(false));

        async Task FinishAsync(Task owned, Task set)
        {
            await owned.ConfigureAwait(false);
            await set.ConfigureAwait(false);
            if (plan[index] == Verdict.ModeDiffers) _progress.Changed(entry);
            else if (plan[index] == Verdict.OwnerDiffers) _progress.Owned(entry);
            else if (!isNew) _progress.Unchanged(entry);
        }
    }

    /// <summary>Removes what must not stay, also when the copy was stopped; requests are done in order, so it may not exist yet.</summary>
    private async ValueTask RemovePartAsync(string part)
    {
        try
        {
            using var limit = new CancellationTokenSource(CleaningLimit);
            await client.RemoveIfThereAsync(part, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException) { }
    }
}
