using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peak.Clusters.Remote.Processes;

/// <summary>The system calls of Linux that .NET has no words for. The numbers are those of x64 and arm64.</summary>
internal static unsafe partial class Native
{
    public const int EINTR = 4, EAGAIN = 11;
    public const int O_RDONLY = 0, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    public const int F_GETFL = 3, F_SETFL = 4, F_DUPFD_CLOEXEC = 1030;
    public const int SIGTERM = 15, SIGKILL = 9, SIGCHLD = 17;
    public const int EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2;
    public const uint EPOLLIN = 1, EPOLLOUT = 4, EPOLLERR = 8, EPOLLHUP = 16, EPOLLRDHUP = 0x2000, EPOLLET = 1u << 31;
    public const int WNOHANG = 1, WEXITED = 4, WNOWAIT = 0x1000000;
    public const int RLIMIT_NOFILE = 7;
    public const short POSIX_SPAWN_SETPGROUP = 2, POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8, POSIX_SPAWN_SETSID = 0x80;
    private const string Libc = "libc";

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int pipe2(int* descriptors, int flags);

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial nint read(int descriptor, byte* buffer, nint length);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial nint write(int descriptor, byte* buffer, nint length);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int eventfd(uint value, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* entries, int count, int timeout);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int waitpid(int process, int* status, int options);

    /// <summary>Fills a <c>siginfo_t</c> of 128 bytes.</summary>
    [LibraryImport(Libc, SetLastError = true)]
    public static partial int waitid(int kind, int id, int* info, int options);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int kill(int process, int signal);

    /// <summary><c>pidfd_open</c>, which not every C library has under its name; 434 everywhere.</summary>
    [LibraryImport(Libc, SetLastError = true)]
    public static partial nint syscall(nint number, nint first, nint second);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int prlimit(int process, int resource, ResourceLimit* now, ResourceLimit* before);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial int sigaction(int signal, nint action, nint before);

    [LibraryImport(Libc, SetLastError = true)]
    public static partial nint signal(int signal, nint handler);

    [LibraryImport(Libc)]
    public static partial int posix_spawn(int* process, byte* path, SpawnBuffer* actions, SpawnBuffer* attributes, byte** arguments, byte** environment);

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

    /// <summary>The words of the system for an error number.</summary>
    public static string Message(int error) => new Win32Exception(error).Message;

    /// <summary>An exception for the call that just failed.</summary>
    public static IOException Failure(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{call}: {Message(error)}", error);
    }

    /// <summary>The result, or <see cref="Failure"/> where it is negative.</summary>
    public static int Check(int result, [CallerArgumentExpression(nameof(result))] string call = "") =>
        result < 0 ? throw Failure(call[..Math.Max(call.IndexOf('('), 0)]) : result;

    /// <summary>Throws where a call that returns its error number failed.</summary>
    public static void Done(int error)
    {
        if (error != 0) throw new IOException(Message(error), error);
    }

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
