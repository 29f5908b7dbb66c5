using Peak.Clusters.Remote;

namespace Peak.Cli.Commands.Run;

/// <summary>Collects what every host is to read: in memory as long as it is little, then in a file without a name.</summary>
internal sealed class InputSpool : IDisposable
{
    private const int InMemory = 4 << 20;
    private MemoryStream _memory = new();
    private FileStream? _file;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is null && _memory.Length + bytes.Length > InMemory)
        {
            string path = Path.Combine(Path.GetTempPath(), $"peak-{Guid.NewGuid():N}");
            _file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            File.Delete(path);
            _memory.WriteTo(_file);
            _memory = new MemoryStream();
        }

        if (_file is null) _memory.Write(bytes);
        else _file.Write(bytes);
    }

    public void Write(Stream from)
    {
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = from.Read(buffer)) > 0;) Write(buffer.AsSpan(0, read));
    }

    public CommandInput ToInput()
    {
        if (_file is null) return _memory.Length == 0 ? CommandInput.None : CommandInput.FromBytes(_memory.ToArray());
        _file.Flush();
        return CommandInput.FromFile($"/proc/self/fd/{_file.SafeFileHandle.DangerousGetHandle()}");
    }

    public void Dispose() => _file?.Dispose();
}
