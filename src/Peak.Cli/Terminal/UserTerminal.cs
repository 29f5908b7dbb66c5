using System.Runtime.InteropServices;

namespace Peak.Cli.Terminal;

/// <summary>The user's terminal, whatever the standard streams are: for questions that no pipe may answer.</summary>
internal sealed class UserTerminal : IDisposable
{
    private readonly FileStream _tty;

    private UserTerminal(FileStream tty) => _tty = tty;

    /// <summary>Opens it; null where there is none.</summary>
    public static UserTerminal? Open()
    {
        try
        {
            return new UserTerminal(new FileStream("/dev/tty", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0));
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
        _tty.Write(ByteText.GetBytes(prompt));
        return ReadLine();
    }

    /// <summary>Asks for a line that is not shown.</summary>
    /// <returns>The answer without its line feed; null at the end of input.</returns>
    public string? AskSecretly(string prompt)
    {
        var terminal = _tty.SafeFileHandle;
        byte[] words = ByteText.GetBytes(prompt);
        if (!Posix.TryGetSettings(terminal, out var saved)) throw new IOException($"can't ask on the terminal: {Posix.LastMessage}");
        var silent = saved.WithoutEcho();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Posix.Set(terminal, saved));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Posix.Set(terminal, saved));
        // While it is stopped (^Z), the terminal is the shell's, which may leave it as it likes.
        using var stopped = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, signal =>
        {
            signal.Cancel = true;
            if (!Posix.HasJobControl) return;
            Posix.Set(terminal, saved);
            Posix.StopThis();
        });
        using var goesOn = PosixSignalRegistration.Create(PosixSignal.SIGCONT, signal =>
        {
            signal.Cancel = true; // else .NET sets the terminal as it was at first
            Posix.Set(terminal, silent);
            _tty.Write(words);
        });
        Posix.Set(terminal, silent);
        try
        {
            _tty.Write(words);
            return ReadLine();
        }
        finally
        {
            Posix.Set(terminal, saved);
            _tty.Write("\n"u8);
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
            if (read is < 0 or '\n') return ByteText.GetString([.. line]);
            line.Add((byte)read);
        }
    }
}
