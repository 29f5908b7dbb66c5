using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Files;

/// <summary>A copy to each host: the same to all, unless names of files say what differs from host to host.</summary>
internal sealed class CopyWork : HostWork, IDisposable
{
    // Both by what they are made of: hosts whose files are the same share them, and standard input is there once.
    private readonly Dictionary<string, FileManifest> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileCopy> _copies = new(StringComparer.Ordinal);
    private readonly FileCopy[] _byRank;

    private readonly RemoteCommand? _server;

    private CopyWork(int targets, RemoteCommand? server)
    {
        _byRank = new FileCopy[targets];
        _server = server;
    }

    /// <summary>What there is in the sources that can't be copied.</summary>
    public IEnumerable<string> Skipped => _files.Values.SelectMany(files => files.Skipped).Distinct(StringComparer.Ordinal);

    /// <summary>Looks at the sources.</summary>
    /// <param name="request">What the user typed.</param>
    /// <param name="server"><see cref="FileWork.Server"/>.</param>
    /// <param name="targets">The hosts.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="CommandFailure">One does not exist or can't be read.</exception>
    public static async Task<CopyWork> ReadAsync(
        CopyRequest request, RemoteCommand? server, IReadOnlyList<Target> targets, CancellationToken cancel)
    {
        var work = new CopyWork(targets.Count, server);
        try
        {
            foreach (var target in targets) work._byRank[target.Rank] = await work.ForAsync(request, target, cancel);
            return work;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            work.Dispose();
            string words = e.Message.Split(" (Parameter")[0].TrimEnd('.');
            throw CommandFailure.Usage(char.ToLowerInvariant(words[0]) + words[1..]);
        }
    }

    public override ValueTask<HostOutcome> RunAsync(IConnection connection, HostWorkContext context) =>
        _byRank[context.Target.Rank].RunAsync(connection, context);

    public void Dispose()
    {
        foreach (var files in _files.Values) files.Dispose();
    }

    private async Task<FileCopy> ForAsync(CopyRequest request, Target target, CancellationToken cancel)
    {
        string[] sources = [.. request.Sources.Select(source => Fill(source, target))];
        string? destination = request.Destination is { } place ? Fill(place, target) : null;
        string of = string.Join('\0', sources), key = $"{destination}\0{of}";
        if (_copies.TryGetValue(key, out var known)) return known;
        if (!_files.TryGetValue(of, out var files)) _files.Add(of, files = await LookAsync(request, sources, cancel));
        return _copies[key] = new(files, destination ?? "/", request.Copy) { Server = _server };
    }

    private static async Task<FileManifest> LookAsync(CopyRequest request, string[] sources, CancellationToken cancel)
    {
        if (!request.ReadsInput)
        {
            return request.Destination is null
                ? FileManifest.ReadWithPaths(sources, request.Filter, cancel)
                : FileManifest.Read(sources, request.Filter, cancel);
        }

        await using var input = new StandardInput();
        return await FileManifest.ReadAsync(input, "standard input", cancel);
    }

    /// <exception cref="CommandFailure">The name of a host would lead to another folder.</exception>
    private static string Fill(string path, Target target)
    {
        string filled = target.Fill(path);
        bool isSafe = !target.Host.Contains('/', StringComparison.Ordinal) && target.Host is not ("." or "..")
            && target.User?.Contains('/', StringComparison.Ordinal) != true;
        return isSafe || filled == path
            ? filled
            : throw CommandFailure.Usage($"'{TerminalText.Escape(target.Name)}' can't be a part of the name of a file");
    }
}
