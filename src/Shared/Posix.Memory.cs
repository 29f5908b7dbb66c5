using System.Runtime.InteropServices;

namespace Peak;

internal static unsafe partial class Posix
{
    public const int MADV_HUGEPAGE = 14;

    [LibraryImport(Libc)]
    public static partial int madvise(void* address, nuint length, int advice);
}
