using System.Runtime.InteropServices;
using System.Text;

namespace Peak.Cli;

/// <summary>The user's terminal, whatever the standard streams are: for questions that no pipe may answer.</summary>
internal sealed partial class Terminal : IDisposable
{
    private const int EchoFlag = 0x8, FlushAndSet = 2;
    private readonly FileStream _tty;

    private Terminal(FileStream tty) => _tty = tty;

    /// <summary>Opens it; null where there is none.</summary>
    public static Terminal? Open()
    {
        try
        {
            return new Terminal(new FileStream("/dev/tty", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Asks for a line.</summary>
    /// <returns>The answer without its line feed; null at the end of input.</returns>
    public string? Ask(string prompt)
    {
        _tty.Write(Encoding.UTF8.GetBytes(prompt));
        return ReadLine();
    }

    /// <summary>Asks for a line that is not shown.</summary>
    /// <returns>The answer without its line feed; null at the end of input.</returns>
    public unsafe string? AskSecretly(string prompt)
    {
        int descriptor = (int)_tty.SafeFileHandle.DangerousGetHandle();
        // struct termios: four flag words of 4 bytes (Linux) or 8 bytes (macOS), the last of them c_lflag; then more.
        byte[] saved = new byte[256];
        fixed (byte* pointer = saved)
        {
            if (GetAttributes(descriptor, pointer) != 0) throw new IOException($"can't ask on the terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        byte[] silent = [.. saved];
        silent[OperatingSystem.IsMacOS() ? 24 : 12] &= unchecked((byte)~EchoFlag);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Set(saved));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Set(saved));
        Set(silent);
        try
        {
            _tty.Write(Encoding.UTF8.GetBytes(prompt));
            return ReadLine();
        }
        finally
        {
            Set(saved);
            _tty.Write("\n"u8);
        }

        unsafe void Set(byte[] attributes)
        {
            fixed (byte* pointer = attributes) _ = SetAttributes(descriptor, FlushAndSet, pointer);
        }
    }

    public void Dispose() => _tty.Dispose();

    private string? ReadLine()
    {
        var line = new List<byte>();
        while (true)
        {
            int read = _tty.ReadByte();
            if (read < 0 && line.Count == 0) return null;
            if (read is < 0 or '\n') return Encoding.UTF8.GetString([.. line]);
            line.Add((byte)read);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static unsafe partial int GetAttributes(int descriptor, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static unsafe partial int SetAttributes(int descriptor, int when, byte* attributes);
}
