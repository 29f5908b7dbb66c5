using System.Collections.Concurrent;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files;

/// <summary>
/// Fetches files of each host into a folder of its own on this machine, or passes them on as the host's output. No host is trusted:
/// whatever it says, nothing is written outside of its folder.
/// </summary>
/// <remarks>
/// <para>
/// <c>/etc/hosts</c> of <c>web1</c> becomes <c>FOLDER/web1/etc/hosts</c> (<see cref="Target.FileName"/>). Folders come with what is in
/// them. Files are written whole or not at all, with their times, and their permissions without set-user-id and set-group-id; what has the
/// same size and time here stays. Symbolic links here are never followed; those of the host stay links where they lead to something
/// fetched with them, others are left out, and so are devices and sockets; the host's error output names them.
/// </para>
/// <para>
/// All is found before any is fetched. What a pattern matches and can't be fetched is left out; what a path itself names and the host does
/// not give is why the host fails, once all else is fetched. Where two files of a host would be one here, nothing of it is fetched.
/// </para>
/// <para>
/// The outcome of a host is <see cref="HostOutcome.Completed"/> or <see cref="HostOutcome.Failed"/>. Progress is in bytes. On Linux only.
/// </para>
/// </remarks>
public sealed class FileFetch : FileWork
{
    private readonly ConcurrentDictionary<int, FileCopyResult> _results = new();

    /// <summary>A fetch from each host of a run.</summary>
    /// <param name="paths">
    /// Paths on the hosts, of which <c>*</c>, <c>?</c> and <c>[a-z]</c> are patterns, resolved without a shell. One that does not begin
    /// with <c>/</c> begins in the user's home folder there, and so does a leading <c>~/</c>.
    /// </param>
    /// <param name="folder">The folder for all hosts, made where it does not exist; null to pass contents on as output.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">A path is empty, or has a name <c>..</c>.</exception>
    public FileFetch(IEnumerable<string> paths, string? folder, FileFetchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (folder is not null && !OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Files are fetched on Linux only.");
        Paths = [.. paths];
        foreach (string path in Paths)
        {
            if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException("A path is empty.", nameof(paths));
            if (path.Split('/').Contains(".."))
                throw new ArgumentException($"'{path}' has a name '..': it has no place here.", nameof(paths));
        }

        Folder = folder;
        Options = options ?? new();
    }

    /// <summary>What is fetched.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Where to; null for the output of the hosts.</summary>
    public string? Folder { get; }

    /// <summary>How.</summary>
    public FileFetchOptions Options { get; }

    /// <summary>What the last attempt did for a target; null where there was none, or it could not even begin.</summary>
    /// <param name="rank">The target's rank.</param>
    public FileCopyResult? ResultOf(int rank) => _results.GetValueOrDefault(rank);

    private protected override async ValueTask<HostOutcome> RunAsync(
        IConnection connection, SftpClient client, HostWorkContext context, CancellationToken stop)
    {
        using var fetch = new HostFetch(this, client, context, stop);
        var result = await fetch.RunAsync().ConfigureAwait(false);
        _results[context.Target.Rank] = result;
        return result.Reason is { } reason ? new HostOutcome.Failed(reason)
            : new HostOutcome.Completed(Folder is null ? $"{result.Copied} printed" : result.Summary);
    }
}
