namespace Peak.Cli.State;

/// <summary>
/// What the command remembers from run to run: small files in <c>$XDG_STATE_HOME/peak</c> (<c>~/.local/state/peak</c>)
/// that nobody else may read. Files are replaced as a whole, and symbolic links in place of them are not followed.
/// </summary>
internal sealed class StateFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

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

    /// <summary>The contents of a file; null where there is none.</summary>
    /// <exception cref="IOException">It can't be read, or is a symbolic link.</exception>
    public byte[]? Read(string name)
    {
        string path = PathOf(name);
        var file = new FileInfo(path);
        if (file.LinkTarget is not null) throw new IOException($"'{path}' is a symbolic link; remove it");
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Replaces a file as a whole: whoever reads it meanwhile gets the old one or the new one.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> contents)
    {
        Prepare();
        string temporary = PathOf($".{name}.{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private };
            using (var file = new FileStream(temporary, options))
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
        Prepare();
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

    private void Prepare()
    {
        try
        {
            Directory.CreateDirectory(_path, Private | UnixFileMode.UserExecute);
            if ((File.GetUnixFileMode(_path) & OthersWrite) != 0) throw new IOException($"others may write to '{_path}'; chmod 700 it");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
