namespace Peak.Cli.State;

/// <summary>
/// What the command remembers from run to run: small files in <c>$XDG_STATE_HOME/peak</c> (<c>~/.local/state/peak</c>)
/// that nobody else may read. Files are replaced as a whole, and symbolic links in place of them are not followed.
/// </summary>
internal sealed class StateFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    // A run on a million hosts leaves less.
    private const long MaxLength = 64 << 20;

    private readonly string _path;

    public StateFolder()
    {
        string? home = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        // The specification: a relative path is to be ignored.
        if (string.IsNullOrEmpty(home) || !Path.IsPathRooted(home))
            home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        _path = Path.Combine(home, "peak");
    }

    /// <summary>The path of a file.</summary>
    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>The names of the files of a folder in here, whatever they are; none where there is no such folder.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public IReadOnlyList<string> NamesIn(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(PathOf(folder)).Select(path => Path.GetFileName(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Makes a file that there is not, to be written to bit by bit; who asks sees whether that goes on.</summary>
    /// <returns>The file, locked until it is closed; null where there is one of that name.</returns>
    /// <exception cref="IOException">It can't be made.</exception>
    public FileStream? Create(string name)
    {
        Prepare(name);
        try
        {
            return new(PathOf(name), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = Private,
            });
        }
        catch (IOException) when (Path.Exists(PathOf(name)))
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Whether somebody still writes to a file that <see cref="Create"/> made.</summary>
    public bool IsBeingWritten(string name)
    {
        using var file = Posix.OpenAsItIs(PathOf(name));
        return !file.IsInvalid && Posix.IsLocked(file);
    }

    /// <summary>Removes a file, if there is one and it can be removed.</summary>
    public void Remove(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>The contents of a file; null where there is none.</summary>
    /// <exception cref="IOException">
    /// It can't be read, or could have been put there by somebody else: it is no plain file, belongs to another user, can be written by
    /// others, or is larger than what is ever written there.
    /// </exception>
    public byte[]? Read(string name)
    {
        string path = PathOf(name);
        if (!OperatingSystem.IsLinux()) return File.Exists(path) ? File.ReadAllBytes(path) : null;
        // Opened before it is looked at: what is looked at then is what is read.
        using var file = Posix.OpenAsItIs(path);
        if (file.IsInvalid)
        {
            return Posix.LastError switch
            {
                Posix.ENOENT or Posix.ENOTDIR => null,
                Posix.ELOOP => throw new IOException($"'{path}' is a symbolic link; remove it"),
                Posix.ENXIO => throw new IOException($"'{path}' is no plain file; remove it"),
                _ => throw new IOException($"can't open '{path}': {Posix.LastMessage}"),
            };
        }

        if (!Posix.TryGetStatus(file, out var status)) throw new IOException($"can't look at '{path}': {Posix.LastMessage}");
        if (!status.IsPlainFile) throw new IOException($"'{path}' is no plain file; remove it");
        if (status.User != Posix.geteuid()) throw new IOException($"'{path}' belongs to another user; remove it");
        if ((status.Mode & OthersWrite) != 0) throw new IOException($"others may write to '{path}'; remove it");
        long length = RandomAccess.GetLength(file);
        if (length > MaxLength) throw new IOException($"'{path}' is larger than {MaxLength >> 20} MB; remove it");
        byte[] contents = new byte[length];
        int count = 0;
        for (int read = -1; read != 0 && count < length; count += read) read = RandomAccess.Read(file, contents.AsSpan(count), count);
        return contents[..count];
    }

    /// <summary>Replaces a file as a whole: whoever reads it meanwhile gets the old one or the new one.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> contents)
    {
        Prepare(name);
        string temporary = $"{PathOf(name)}.{Guid.NewGuid():N}";
        try
        {
            var fresh = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private };
            using (var file = new FileStream(temporary, fresh))
                file.Write(contents);
            File.Move(temporary, PathOf(name), overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Keeps other processes that lock the same name waiting until it is disposed of.</summary>
    /// <exception cref="IOException">The file can't be opened.</exception>
    public IDisposable Lock(string name)
    {
        Prepare(name);
        string path = PathOf(name);
        var file = Posix.OpenPrivate(path);
        if (file.IsInvalid) throw new IOException($"can't open '{path}': {Posix.LastMessage}");
        if (!Posix.TryLock(file))
        {
            string why = Posix.LastMessage;
            file.Dispose();
            throw new IOException($"can't lock '{path}': {why}");
        }

        return file;
    }

    private void Prepare(string name)
    {
        try
        {
            foreach (string folder in new[] { _path, Path.GetDirectoryName(PathOf(name))! }.Distinct())
            {
                Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
                if ((File.GetUnixFileMode(folder) & OthersWrite) != 0)
                    throw new IOException($"others may write to '{folder}'; chmod 700 it");
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
