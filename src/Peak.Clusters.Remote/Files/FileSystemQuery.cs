using System.Collections.Concurrent;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files;

/// <summary>Asks each host how full its file systems are. Nothing runs on hosts for it.</summary>
/// <remarks>
/// Without paths it is all that is mounted there and keeps files, each once: no <c>/proc</c> and its like, no images that are always full,
/// no memory below <c>/run</c> and <c>/dev</c>, nothing of containers. What the user there may not look at is named by the host's error
/// output. Where a host does not tell what is mounted, as in a chroot, it is <c>/</c>. The outcome of a host is
/// <see cref="HostOutcome.Completed"/>, or <see cref="HostOutcome.Failed"/> where its server can't tell, or a path can't be looked at.
/// </remarks>
public sealed class FileSystemQuery : FileWork
{
    private readonly ConcurrentDictionary<int, IReadOnlyList<HostFileSystem>> _found = new();

    /// <summary>A question to each host of a run.</summary>
    /// <param name="paths">Files or folders, of whose file systems is asked; none for all that are mounted.</param>
    /// <exception cref="ArgumentException">A path is empty.</exception>
    public FileSystemQuery(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        Paths = [.. paths];
        if (Paths.Any(path => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentException("A path is empty.", nameof(paths));
    }

    /// <summary>What was asked for; empty for all that is mounted.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>
    /// The file systems of a target, in the order of the paths that were asked for, else of their own; none where there is no answer.
    /// </summary>
    /// <param name="rank">The target's rank.</param>
    public IReadOnlyList<HostFileSystem> FileSystemsOf(int rank) => _found.GetValueOrDefault(rank, []);

    private protected override async ValueTask<HostOutcome> RunAsync(
        IConnection connection, SftpClient client, HostWorkContext context, CancellationToken stop)
    {
        if (!client.Has(SftpFeatures.Space))
            return new HostOutcome.Failed("the host's SFTP server can't tell how full its file systems are");
        IReadOnlyList<Mount> mounts = Paths.Count > 0 ? [.. Paths.Select(path => new Mount("", path, ""))]
            : await Mount.ReadAllAsync(client, stop).ConfigureAwait(false) is { } all ? Mount.WithFiles(all)
            : [new("", "/", "")];
        var asked = mounts.Select(async mount => (Mount: mount, Space: await AskAsync(client, mount.Path, stop).ConfigureAwait(false)));
        List<HostFileSystem> found = [];
        List<string> refused = [];
        var known = new HashSet<ulong>();
        foreach (var (mount, answer) in await Task.WhenAll(asked).ConfigureAwait(false))
        {
            if (answer.Refusal is { } refusal) refused.Add(refusal.Message);
            // The same one in several places is one, and what has no size keeps nothing.
            else if (answer.Space is { } space && (Paths.Count > 0 || (space.Size > 0 && (space.Id == 0 || known.Add(space.Id)))))
                found.Add(new(mount.Path, mount.Source, mount.Type, space));
        }

        _found[context.Target.Rank] = found;
        // A path that was asked for and not answered is a failure; only the first is told by the outcome.
        var told = refused.Skip(Paths.Count > 0 ? 1 : 0).Select(words => $"left out: {TerminalText.Escape(words)}\n");
        using var errors = new MemoryStream(ByteText.GetBytes(string.Concat(told)));
        await context.CopyOutputAsync(errors, error: true).ConfigureAwait(false);
        return Paths.Count > 0 && refused.Count > 0 ? new HostOutcome.Failed(refused[0])
            : new HostOutcome.Completed(found.Count == 1 ? "1 file system" : $"{found.Count} file systems");
    }

    private static async Task<(SftpSpace? Space, SftpException? Refusal)> AskAsync(
        SftpClient client, string path, CancellationToken stop)
    {
        try
        {
            return (await client.SpaceAsync(path, stop).ConfigureAwait(false), null);
        }
        catch (SftpException e) when (e.Status is SftpStatus.NoSuchFile or SftpStatus.PermissionDenied or SftpStatus.Failure)
        {
            return (null, e);
        }
    }
}
