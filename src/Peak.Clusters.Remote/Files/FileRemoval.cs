using System.Collections.Concurrent;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Files;

/// <summary>Removes files of each host; folders only where that is said. No shell and no program runs on hosts for it.</summary>
/// <remarks>
/// <para>
/// Symbolic links are removed, and never followed, but those in the folders above a path are what the path says. All paths are looked at
/// before anything is removed: <c>/</c>, a home folder or one above it, a mount point or a folder that has one in it is refused, and
/// nothing is removed then. What is not there is no failure. Where something can't be removed, the removal on that host ends there.
/// </para>
/// <para>
/// The protocol names files by their paths only. A folder is looked at again before what is in it is removed; but whoever may write into
/// folders that are being removed could still put a link in the place of one in that very moment. So remove what belongs to others as
/// these others: <see cref="FileWork.Server"/>.
/// </para>
/// <para>
/// The outcome of a host is <see cref="HostOutcome.Completed"/> or <see cref="HostOutcome.Failed"/>; <see cref="ResultOf"/> tells more.
/// Progress is in files.
/// </para>
/// </remarks>
public sealed class FileRemoval : FileWork
{
    private readonly ConcurrentDictionary<int, FileRemovalResult> _results = new();

    /// <summary>A removal on each host of a run.</summary>
    /// <param name="paths">
    /// Paths on the hosts, of which <c>*</c>, <c>?</c> and <c>[a-z]</c> are patterns, resolved without a shell. One that does not begin
    /// with <c>/</c> begins in the user's home folder there, and so does a leading <c>~/</c>.
    /// </param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException"><see cref="WhyRefused"/> says why one is not to be removed.</exception>
    public FileRemoval(IEnumerable<string> paths, FileRemovalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        Paths = [.. paths];
        foreach (string path in Paths)
            if (WhyRefused(path) is { } why) throw new ArgumentException(why, nameof(paths));
        Options = options ?? new();
    }

    /// <summary>What is removed.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>How.</summary>
    public FileRemovalOptions Options { get; }

    /// <summary>What the last attempt did on a target; null where there was none, or it could not even begin.</summary>
    /// <param name="rank">The target's rank.</param>
    public FileRemovalResult? ResultOf(int rank) => _results.GetValueOrDefault(rank);

    /// <summary>Why a path is never removed, whatever a host has there; null where it may be.</summary>
    /// <param name="path">The path.</param>
    public static string? WhyRefused(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) return "the name of a file is empty";
        string[] names = path.Split('/');
        if (names.Contains("..")) return $"'{path}' has a name '..', which has no place here";
        if (path.Contains("//", StringComparison.Ordinal)) return $"'{path}' has an empty name in it, as where a variable is not set";
        string[] own = [.. names.Where(name => name is not ("" or "."))];
        if (own.Length == 0 || (own.Length == 1 && path[0] == '~')) return $"'{path}' is not to be removed as a whole";
        if (path is ['~', not '/', ..]) return $"'{path}' is in the home folder of another, which is not known here: write the whole path";
        string first = own[path[0] == '~' ? 1 : 0];
        bool isOfAll = path[0] == '/' ? Glob.IsPattern(first) : !first.AsSpan().ContainsAnyExcept('*', '?');
        return isOfAll ? $"'{path}' is a pattern of all that there is" : null;
    }

    private protected override async ValueTask<HostOutcome> RunAsync(
        IConnection connection, SftpClient client, HostWorkContext context, CancellationToken stop)
    {
        var result = await new HostRemoval(this, client, context, stop).RunAsync().ConfigureAwait(false);
        _results[context.Target.Rank] = result;
        return result.Reason is { } reason ? new HostOutcome.Failed(reason) : new HostOutcome.Completed(result.Summary);
    }
}
