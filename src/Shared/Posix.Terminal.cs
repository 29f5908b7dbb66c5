using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Peak;

internal static unsafe partial class Posix
{
    /// <summary>Whether a descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;

    /// <summary>How many columns a terminal has; 0 where that is not known.</summary>
    public static int ColumnsOf(int terminal)
    {
        const nuint TIOCGWINSZ = 0x5413;
        ushort* size = stackalloc ushort[4]; // struct winsize: rows, columns, and both in pixels
        return OperatingSystem.IsLinux() && ioctl(terminal, TIOCGWINSZ, size) == 0 ? size[1] : 0;
    }

    /// <summary>How a terminal is set.</summary>
    /// <returns>False where that failed.</returns>
    public static bool TryGetSettings(SafeFileHandle terminal, out TerminalSettings settings) => tcgetattr(terminal, out settings) == 0;

    /// <summary>Sets a terminal, once what was written is out; what was typed before is thrown away.</summary>
    public static void Set(SafeFileHandle terminal, in TerminalSettings settings)
    {
        const int TCSAFLUSH = 2;
        _ = tcsetattr(terminal, TCSAFLUSH, in settings);
    }

    /// <summary>Whether a shell has made a job of this process, so that it is told of a stop and can let it go on.</summary>
    public static bool HasJobControl => getpgid(0) != getsid(0);

    /// <summary>Whether a terminal is somebody else's now: that of another job of the shell.</summary>
    public static bool IsOfOthers(int terminal) => tcgetpgrp(terminal) is > 0 and var group && group != getpgid(0);

    /// <summary>Stops this process, as ^Z does, until it is told to go on.</summary>
    public static void StopThis()
    {
        const int SIGSTOP = 19;
        _ = raise(SIGSTOP);
    }

    [LibraryImport(Libc)]
    private static partial int getpgid(int process);

    [LibraryImport(Libc)]
    private static partial int getsid(int process);

    [LibraryImport(Libc)]
    private static partial int tcgetpgrp(int terminal);

    [LibraryImport(Libc)]
    private static partial int raise(int signal);

    [LibraryImport(Libc)]
    private static partial int isatty(int descriptor);

    [LibraryImport(Libc)]
    private static partial int ioctl(int descriptor, nuint request, ushort* size);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle terminal, out TerminalSettings settings);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int tcsetattr(SafeFileHandle terminal, int when, in TerminalSettings settings);

    /// <summary>
    /// Room enough for <c>struct termios</c>: four flag words of 4 bytes (Linux) or 8 bytes (macOS), the last of them c_lflag; then
    /// more.
    /// </summary>
    [InlineArray(256)]
    public struct TerminalSettings
    {
        private byte _first;

        /// <summary>The same settings, but what is typed is not shown.</summary>
        public readonly TerminalSettings WithoutEcho()
        {
            const int ECHO = 0x8;
            var silent = this;
            silent[OperatingSystem.IsMacOS() ? 24 : 12] &= unchecked((byte)~ECHO);
            return silent;
        }
    }
}
