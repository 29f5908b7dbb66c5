using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace Peak;

/// <summary>
/// The system calls that .NET has no words for, and how they fail. Small letters are the calls of libc as they are; capitals are
/// ours. The numbers are those of Linux on x64 and arm64; whoever calls asks first whether this is Linux.
/// </summary>
/// <remarks>Shared source: every project compiles the parts it needs, so that no library has to show its own to others.</remarks>
[Embedded]
internal static unsafe partial class Posix
{
    public const int ENOENT = 2, EINTR = 4, ENXIO = 6, EAGAIN = 11, ENOTDIR = 20, EPIPE = 32, ELOOP = 40;
    private const string Libc = "libc";

    /// <summary>The error number of the call that just failed.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>The words of the system for the call that just failed.</summary>
    public static string LastMessage => Message(LastError);

    /// <summary>The words of the system for an error number.</summary>
    public static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>An exception for the call that just failed.</summary>
    public static IOException Failure(string call)
    {
        int error = LastError;
        return new IOException($"{call}: {Message(error)}", error);
    }

    /// <summary>The result, or <see cref="Failure"/> where it is negative.</summary>
    public static int Check(int result, [CallerArgumentExpression(nameof(result))] string call = "") =>
        result < 0 ? throw Failure(call.Split('(')[0].Replace("Posix.", "", StringComparison.Ordinal)) : result;

    /// <summary>Throws where a call that returns its error number failed.</summary>
    public static void Done(int error)
    {
        if (error != 0) throw new IOException(Message(error), error);
    }
}
