using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Peak.Clusters.Remote.Files;

/// <summary>
/// Files of this machine that are to be elsewhere: looked at once, for any number of hosts, and never changed. Their contents stay where
/// they are.
/// </summary>
/// <remarks>
/// Folders come with all that is in them; symbolic links as links. What is neither (devices, sockets, FIFOs) is left out and named in
/// <see cref="Skipped"/>.
/// </remarks>
public sealed class FileManifest : IDisposable
{
    private readonly FileStream? _stream;
    private readonly HashSet<string> _leftOut;
    private readonly ConcurrentDictionary<int, Lazy<Task<byte[]>>> _checksums = new();

    private FileManifest(List<FileEntry> entries, int roots, List<string> skipped, HashSet<string> leftOut, FileStream? stream = null)
    {
        _leftOut = leftOut;
        Entries = entries;
        RootCount = roots;
        Skipped = skipped;
        _stream = stream;
        foreach (var entry in entries) TotalSize += entry.Size;
    }

    /// <summary>All there is: first the sources themselves, then what is in them; a folder always before what is in it.</summary>
    public IReadOnlyList<FileEntry> Entries { get; }

    /// <summary>The sizes of all files together, in bytes.</summary>
    public long TotalSize { get; }

    /// <summary>What was left out, because it is neither a file nor a folder nor a link: paths on this machine.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>What was left out because somebody wanted that; null where nobody did.</summary>
    public FileFilter? Filter { get; private init; }

    /// <summary>How many of the entries are the sources themselves.</summary>
    internal int RootCount { get; }

    /// <summary>What was read of a stream; null where the files are where they were.</summary>
    internal SafeFileHandle? Stream => _stream?.SafeFileHandle;

    /// <inheritdoc cref="Read(IEnumerable{string}, FileFilter, CancellationToken)"/>
    public static FileManifest Read(IEnumerable<string> sources, CancellationToken cancellationToken) =>
        Read(sources, null, cancellationToken);

    /// <summary>Looks at sources, each of which has the last name of its path on the other side.</summary>
    /// <param name="sources">
    /// Paths of files and folders; of a symbolic link what it leads to. The contents of <c>.</c>, or of a path that ends so, come without
    /// a folder around them. On Linux only.
    /// </param>
    /// <param name="filter">
    /// What to leave out, by <see cref="FileEntry.Path"/>: as if its patterns stood in a <c>.gitignore</c> beside each source, or in it
    /// where it comes without a folder around it.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">One does not exist or can't be read, two would have the same name, or nothing is left.</exception>
    public static FileManifest Read(
        IEnumerable<string> sources, FileFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new Reader(filter, cancellationToken).Read(sources.Select(path => (path, NameOf(path))));
    }

    /// <inheritdoc cref="ReadWithPaths(IEnumerable{string}, FileFilter, CancellationToken)"/>
    public static FileManifest ReadWithPaths(IEnumerable<string> sources, CancellationToken cancellationToken) =>
        ReadWithPaths(sources, null, cancellationToken);

    /// <summary>Looks at sources, each of which has its whole path on the other side, below <c>/</c>.</summary>
    /// <param name="sources">Paths of files and folders; of a symbolic link what it leads to.</param>
    /// <param name="filter">What to leave out, by <see cref="FileEntry.Path"/>: as if its patterns stood in a <c>/.gitignore</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">One does not exist or can't be read, or nothing is left.</exception>
    public static FileManifest ReadWithPaths(
        IEnumerable<string> sources, FileFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new Reader(filter, cancellationToken).Read(sources.Select(path => (path, Path.GetFullPath(path).Trim('/'))));
    }

    /// <summary>
    /// Takes a stream to its end, as one file that is new each time and keeps the permissions of what it replaces. It is kept in a
    /// nameless temporary file.
    /// </summary>
    /// <param name="stream">The stream; it is not disposed of.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It can't be read or kept.</exception>
    public static async ValueTask<FileManifest> ReadAsync(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var kept = TemporaryFile.Create();
        try
        {
            await stream.CopyToAsync(kept, cancellationToken).ConfigureAwait(false);
            var entry = new FileEntry { Path = name, RootLength = name.Length, Kind = SftpFileKind.File, Size = kept.Length, Parent = -1 };
            return new([entry], 1, [], [], kept);
        }
        catch
        {
            await kept.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether a source has something of that path that is neither a file nor a folder nor a link.</summary>
    internal bool HasLeftOut(string path) => _leftOut.Contains(path);

    /// <summary>The SHA-256 of a file, made once for all hosts.</summary>
    /// <exception cref="IOException">It can't be read as it was looked at.</exception>
    internal Task<byte[]> ChecksumAsync(int index) => _checksums.GetOrAdd(
        index, i => new(() => Task.Run(() => Copying.SourceFile.Checksum(this, Entries[i])))).Value;

    /// <summary>Gives up what it keeps of a stream.</summary>
    public void Dispose() => _stream?.Dispose();

    private static string NameOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string name = path.TrimEnd('/');
        name = name[(name.LastIndexOf('/') + 1)..];
        return name switch
        {
            "." => "",
            ".." or "" => throw new IOException($"'{path}' has no name of its own; name what is in it, or '{path.TrimEnd('/')}/.'"),
            _ => name,
        };
    }

    /// <summary>Looks at everything, a level of folders after the other.</summary>
    private sealed class Reader(FileFilter? filter, CancellationToken cancellationToken)
    {
        private readonly List<FileEntry> _entries = [];
        private readonly List<string> _skipped = [];
        private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);
        private readonly Dictionary<(ulong Device, ulong Inode), int> _shared = [];

        public FileManifest Read(IEnumerable<(string Path, string Name)> sources)
        {
            if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Files are copied from Linux only.");
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (path, name) in sources)
            {
                if (!names.TryAdd(name, path)) throw new IOException($"'{names[name]}' and '{path}' would both be '{name}'");
                Add(path, name, name.Length, parent: -1, followLink: true);
            }

            int roots = _entries.Count;
            if (roots == 0)
            {
                throw new IOException(_skipped.Count > 0 ? $"'{_skipped[0]}' is no file"
                    : names.Count > 0 ? "all of it is to be left out" : "there is nothing to copy");
            }

            for (int at = 0; at < _entries.Count; at++)
                if (_entries[at].Kind == SftpFileKind.Folder) AddContents(at);
            return new(_entries, roots, _skipped, _leftOut) { Filter = filter };
        }

        private void AddContents(int index)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var folder = _entries[index];
            if (Posix.ListFolder(Bytes(folder.Source!)) is not { } listed) throw Failure(folder.Source!);
            if (listed.Count == 0) return;
            var names = listed.ConvertAll(name => ByteText.GetString(name));
            names.Sort(StringComparer.Ordinal);
            var children = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
            foreach (string name in names)
            {
                string path = folder.Path.Length == 0 ? name : $"{folder.Path}/{name}";
                if (Add($"{folder.Source!.TrimEnd('/')}/{name}", path, folder.RootLength, index, followLink: false))
                    children.Add(name, _entries.Count - 1);
            }

            folder.Children = children;
        }

        private bool Add(string source, string path, int rootLength, int parent, bool followLink)
        {
            const UnixFileMode GiveRights = UnixFileMode.SetUser | UnixFileMode.SetGroup;
            byte[] bytes = Bytes(source);
            if (!Posix.TryGetStatus(bytes, followLink, out var status)) throw Failure(source);
            if (path.Length > 0 && filter is not null
                && (parent < 0 ? filter.Excludes(path, status.IsFolder) : filter.ExcludesItself(path, status.IsFolder)))
            {
                return false;
            }

            string? target = null;
            if (status.IsLink) target = Posix.ReadLink(bytes) is { } link ? ByteText.GetString(link) : throw Failure(source);
            else if (!status.IsFolder && !status.IsPlainFile)
            {
                _skipped.Add(source);
                _leftOut.Add(path);
                return false;
            }

            int? same = null;
            if (status is { IsFolder: false, Links: > 1 })
            {
                if (_shared.TryGetValue((status.Device, status.Inode), out int first)) same = first;
                else _shared.Add((status.Device, status.Inode), _entries.Count);
            }

            _entries.Add(new()
            {
                Path = path,
                Kind = target is not null ? SftpFileKind.SymbolicLink : status.IsFolder ? SftpFileKind.Folder : SftpFileKind.File,
                Size = status.IsPlainFile && same is null ? status.Size : 0,
                Permissions = status.Mode & ~(status.IsFolder ? UnixFileMode.SetUser : GiveRights),
                User = status.User,
                Group = status.Group,
                ModifiedAt = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(status.ModifiedSeconds, 0, uint.MaxValue)),
                LinkTarget = target,
                SameFileAs = same,
                Source = source,
                RootLength = rootLength,
                Parent = parent,
                Identity = FileIdentity.Of(status),
            });
            return true;
        }

        /// <summary>As the system takes a path: its bytes, and a null.</summary>
        private static byte[] Bytes(string path) => Copying.SourceFile.PathBytes(path);

        private static IOException Failure(string path)
        {
            int error = Posix.LastError;
            return new($"can't read '{path}': {Posix.Message(error)}", error);
        }
    }
}
