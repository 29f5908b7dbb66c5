using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peak;

internal static unsafe partial class Posix
{
    public const int SIGTERM = 15, SIGKILL = 9, SIGCHLD = 17;
    public const int RLIMIT_NOFILE = 7;
    public const short POSIX_SPAWN_SETPGROUP = 2, POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8, POSIX_SPAWN_SETSID = 0x80;

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int prlimit(int process, int resource, ResourceLimit* now, ResourceLimit* before);

    [LibraryImport(Libc)]
    public static partial int posix_spawn(
        int* process, byte* path, SpawnBuffer* actions, SpawnBuffer* attributes, byte** arguments, byte** environment);

    [LibraryImport(Libc)]
    public static partial int posix_spawn_file_actions_init(SpawnBuffer* actions);

    [LibraryImport(Libc)]
    public static partial int posix_spawn_file_actions_destroy(SpawnBuffer* actions);

    [LibraryImport(Libc)]
    public static partial int posix_spawn_file_actions_adddup2(SpawnBuffer* actions, int from, int to);

    [LibraryImport(Libc)]
    public static partial int posix_spawn_file_actions_addclosefrom_np(SpawnBuffer* actions, int first);

    [LibraryImport(Libc)]
    public static partial int posix_spawnattr_init(SpawnBuffer* attributes);

    [LibraryImport(Libc)]
    public static partial int posix_spawnattr_setflags(SpawnBuffer* attributes, short flags);

    [LibraryImport(Libc)]
    public static partial int posix_spawnattr_setsigdefault(SpawnBuffer* attributes, SignalSet* signals);

    [LibraryImport(Libc)]
    public static partial int posix_spawnattr_setsigmask(SpawnBuffer* attributes, SignalSet* signals);

    /// <summary>Takes a child that has ended away from the kernel's table, without waiting for one that has not.</summary>
    /// <param name="child">Its number.</param>
    /// <param name="status">How it ended, as <c>wait</c> gives it.</param>
    /// <returns>False where it has not ended.</returns>
    public static bool TryReap(int child, out int status)
    {
        int end = 0;
        int id;
        do id = waitpid(child, &end, WNOHANG);
        while (id < 0 && LastError == EINTR);
        status = end;
        return id >= 0 ? id > 0 : throw Failure("waitpid");
    }

    /// <summary>Whether <see cref="TryReap"/> would succeed.</summary>
    public static bool CanReap(int child)
    {
        const int P_PID = 1, WEXITED = 4, WNOWAIT = 0x1000000, NumberAt = 4;
        int* info = stackalloc int[32]; // siginfo_t
        info[NumberAt] = 0;
        return waitid(P_PID, child, info, WEXITED | WNOHANG | WNOWAIT) == 0 && info[NumberAt] != 0;
    }

    /// <summary>A descriptor that can be read once a process has ended.</summary>
    public static int OpenProcess(int process)
    {
        // Not every C library has it under its name; its number is the same everywhere.
        const int pidfd_open = 434, PIDFD_NONBLOCK = 0x800;
        int descriptor = (int)syscall(pidfd_open, process, PIDFD_NONBLOCK);
        return descriptor >= 0 ? descriptor : throw Failure(nameof(pidfd_open));
    }

    /// <summary>Gives a signal that this process ignores its default meaning.</summary>
    public static void StopIgnoring(int number)
    {
        const int SIG_DFL = 0, SIG_IGN = 1;
        byte* action = stackalloc byte[512]; // struct sigaction, whose first member is the handler
        if (sigaction(number, 0, (nint)action) == 0 && *(nint*)action == SIG_IGN) signal(number, SIG_DFL);
    }

    private const int WNOHANG = 1;

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int waitpid(int process, int* status, int options);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int waitid(int kind, int id, int* info, int options);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int sigaction(int signal, nint action, nint before);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial nint signal(int signal, nint handler);

    public struct ResourceLimit
    {
        public nuint Soft, Hard;
    }

    /// <summary>Room enough for <c>posix_spawnattr_t</c> (336 bytes in glibc) and <c>posix_spawn_file_actions_t</c> (80).</summary>
    [InlineArray(64)]
    public struct SpawnBuffer
    {
        private long _first;
    }

    [InlineArray(16)]
    public struct SignalSet
    {
        private long _first;
    }
}
