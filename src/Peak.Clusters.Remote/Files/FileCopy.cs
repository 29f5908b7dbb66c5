using System.Collections.Concurrent;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files;

/// <summary>
/// Copies files of this machine to each host: each whole or not at all. What has the same size and time there stays as it is.
/// </summary>
/// <remarks>
/// <para>
/// A file is written beside its place, under a name that nobody can guess, gets its permissions and its time, and then takes its place in
/// one step; whoever reads it meanwhile has the old one or the new one. A symbolic link that stands there is replaced, not followed, unless
/// <see cref="FileCopyOptions.FollowLinks"/> says otherwise. A file never takes the place of a folder, nor a folder that of a file; devices
/// and sockets are not replaced. Where something fails, the copy to that host ends there, and leaves none of those names; those of a copy
/// that was killed are removed by the next.
/// </para>
/// <para>
/// A folder that exists keeps what is not copied to it, unless <see cref="FileCopyOptions.DeleteOthers"/> says otherwise; if it is a
/// source's own place, it also keeps its permissions. Owners are those who log in. Holes of files stay holes. The outcome of a host is
/// <see cref="HostOutcome.Completed"/> or <see cref="HostOutcome.Failed"/>; <see cref="ResultOf"/> tells more. Progress is in bytes.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var files = FileManifest.Read(["app.conf", "conf.d"]);
/// HostRun run = runner.Run(new FileCopy(files, "/etc/app/"), targets);
/// await foreach (RunEvent happened in run) Console.WriteLine(happened);
/// </code>
/// </example>
public sealed class FileCopy : FileWork
{
    private readonly ConcurrentDictionary<int, FileCopyResult> _results = new();

    /// <summary>A copy to each host of a run.</summary>
    /// <param name="files">What to copy.</param>
    /// <param name="destination">
    /// Where to: a path that ends in <c>/</c> is the folder that all of it goes into; any other is the place of the one source itself. One
    /// that does not begin with <c>/</c> begins in the user's home folder on the host, and so does a leading <c>~</c>.
    /// </param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">
    /// There are several sources, and the destination is no folder; or what is asked for can't be made a mirror.
    /// </exception>
    public FileCopy(FileManifest files, string destination, FileCopyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        if (destination.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path can't have a null character.", nameof(destination));
        if (!destination.EndsWith('/') && files.RootCount > 1)
            throw new ArgumentException("Several sources go into a folder: a destination that ends in '/'.", nameof(destination));
        if (options?.DeleteOthers == true) CheckMirror(files, options);
        Files = files;
        Destination = destination;
        Options = options ?? new();
    }

    /// <summary>What is copied.</summary>
    public FileManifest Files { get; }

    /// <summary>Where to.</summary>
    public string Destination { get; }

    /// <summary>How.</summary>
    public FileCopyOptions Options { get; }

    /// <summary>What the last attempt did on a target; null where there was none, or it could not even begin.</summary>
    /// <param name="rank">The target's rank.</param>
    public FileCopyResult? ResultOf(int rank) => _results.GetValueOrDefault(rank);

    private protected override async ValueTask<HostOutcome> RunAsync(
        IConnection connection, SftpClient client, HostWorkContext context, CancellationToken stop)
    {
        if (Server is not null && (Options.Checksum || Options.Verify))
            return new HostOutcome.Failed("checksums are made by who logs in, and the files are another user's");
        var copy = new HostCopy(this, connection, client, context, stop);
        await using var ending = copy.ConfigureAwait(false);
        var result = await copy.RunAsync().ConfigureAwait(false);
        _results[context.Target.Rank] = result;
        if (Options.DryRun && result.Succeeded) return await ShowAsync(copy, context).ConfigureAwait(false);
        return result.Reason is { } reason ? new HostOutcome.Failed(reason) : new HostOutcome.Completed(result.Summary);
    }

    private static void CheckMirror(FileManifest files, FileCopyOptions options)
    {
        var roots = files.Entries.Take(files.RootCount);
        if (roots.FirstOrDefault(root => root.Kind != SftpFileKind.Folder) is { } other)
            throw new ArgumentException($"Only folders can be mirrors, and '{other.Source ?? other.Path}' is none.", nameof(options));
        if (files.RootCount > 1 && roots.FirstOrDefault(root => root.Path.Length == 0) is { } all)
            throw new ArgumentException($"A mirror of '{all.Source}' has nothing else in it: it must be the one source.", nameof(options));
        if (options.FollowLinks)
            throw new ArgumentException("A mirror follows no links: it would delete what they lead to.", nameof(options));
        if (options.BackupSuffix is not null)
            throw new ArgumentException("A mirror has no backups: the next copy would delete them.", nameof(options));
    }

    private static async ValueTask<HostOutcome> ShowAsync(HostCopy copy, HostWorkContext context)
    {
        string lines = string.Concat(copy.Plan!.Lines().Select(line => TerminalText.Escape(line) + "\n"));
        using var output = new MemoryStream(ByteText.GetBytes(lines));
        await context.CopyOutputAsync(output, error: false).ConfigureAwait(false);
        int count = lines.Count('\n');
        return new HostOutcome.Completed(count == 0 ? "nothing would change" : $"{count} would change");
    }
}
