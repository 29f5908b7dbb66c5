using Peak.Clusters.Remote.Files.Protocol;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Writes what is to take a place, beside it: with its contents, its permissions and its time.</summary>
internal sealed class PartWriter(FileCopy copy, CopyPlan plan, SftpClient client, CopyProgress progress, CancellationToken stop)
    : IDisposable
{
    /// <summary>How many files are open here at once: those that are sent in one piece are open only while they are read.</summary>
    private const int OpenAtOnce = 2;

    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode AsUmaskSays =
        OwnersOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly SemaphoreSlim _open = new(OpenAtOnce);

    public void Dispose() => _open.Dispose();

    public async ValueTask MakeLinkAsync(FileEntry entry, string part)
    {
        await client.CreateSymbolicLinkAsync(part, entry.LinkTarget!, stop).ConfigureAwait(false);
        if (plan.OwnerOf(entry) is { } owner) await client.SetOwnerOfLinkAsync(part, owner, stop).ConfigureAwait(false);
        if (entry.ModifiedAt is not { } time || !client.Has(SftpFeatures.LinkAttributes)) return;
        var times = new SftpAttributes { AccessedAt = time, ModifiedAt = time };
        await client.SetAttributesAsync(part, times, followLink: false, stop).ConfigureAwait(false);
    }

    public async ValueTask WriteAsync(FileEntry entry, string part, string place)
    {
        var mode = plan.ModeOf(entry) ?? (await client.TryStatAsync(place, followLink: false, stop).ConfigureAwait(false))?.Permissions;
        var file = await client.OpenAsync(
            part,
            SftpOpenMode.Write | SftpOpenMode.Create | SftpOpenMode.Exclusive,
            new() { Permissions = mode is null ? AsUmaskSays : OwnersOnly },
            stop).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            List<Task> sent = [];
            if (entry.Size <= client.ChunkSize) await SendSmallAsync(file, entry, sent).ConfigureAwait(false);
            else await SendLargeAsync(file, entry, sent).ConfigureAwait(false);
            // What the server has to do in order goes out in order, without waiting for answers.
            if (plan.OwnerOf(entry) is { } owner) sent.Add(await file.BeginSetOwnerAsync(owner, stop).ConfigureAwait(false));
            if (mode is not null || entry.ModifiedAt is not null)
            {
                var attributes = new SftpAttributes { Permissions = mode, AccessedAt = entry.ModifiedAt, ModifiedAt = entry.ModifiedAt };
                sent.Add(await file.BeginSetAttributesAsync(attributes, stop).ConfigureAwait(false));
            }

            if (copy.Options.Durable && client.Has(SftpFeatures.Sync)) sent.Add(await file.BeginSyncAsync(stop).ConfigureAwait(false));
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
                using var source = new SourceFile(copy.Files, entry);
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
            using var source = new SourceFile(copy.Files, entry);
            var written = new Queue<SftpRequest>();
            long end = 0, counted = 0;
            for (long offset = 0; source.NextData(offset, entry.Size) is { } data; offset = data.End)
            {
                for (long at = data.Start; at < data.End;)
                {
                    int count = (int)Math.Min(client.ChunkSize, data.End - at);
                    long from = at;
                    written.Enqueue(await file.BeginWriteAsync(from, count, room => source.Read(room, from), stop).ConfigureAwait(false));
                    at += count;
                    counted += count;
                    // What went wrong is found out early.
                    while (written.TryPeek(out var first) && first.Task.IsCompleted)
                        file.Written(await written.Dequeue().Task.ConfigureAwait(false));
                    progress.Sent(count, entry);
                }

                end = data.End;
            }

            // From now on the whole file is counted.
            progress.Sent(-counted, entry);
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
}
