using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peak.Clusters.Definition;

/// <summary>
/// Large tables in huge pages: looking up a million names at random otherwise misses the TLB as often as the cache
/// (<see href="https://docs.kernel.org/admin-guide/mm/transhuge.html"/>). Where there are none, nothing changes.
/// </summary>
internal static unsafe class HugePages
{
    private const nuint PageSize = 1 << 21;

    /// <summary>An array that stays where it is, not cleared.</summary>
    public static T[] AllocateArray<T>(int length)
        where T : unmanaged
    {
        nuint size = (nuint)length * (nuint)sizeof(T);
        if (size < PageSize) return GC.AllocateUninitializedArray<T>(length);
        var array = GC.AllocateUninitializedArray<T>(length, pinned: true);
        Advise(Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)), size);
        return array;
    }

    /// <summary>Cleared memory, to be freed with <see cref="NativeMemory.AlignedFree"/>.</summary>
    public static void* AllocateCleared(nuint length)
    {
        void* memory = NativeMemory.AlignedAlloc(length, length < PageSize ? 64 : PageSize);
        Advise(memory, length);
        NativeMemory.Clear(memory, length);
        return memory;
    }

    private static void Advise(void* memory, nuint length)
    {
        nuint start = ((nuint)memory + PageSize - 1) & ~(PageSize - 1), end = ((nuint)memory + length) & ~(PageSize - 1);
        if (OperatingSystem.IsLinux() && start < end) _ = Posix.madvise((void*)start, end - start, Posix.MADV_HUGEPAGE);
    }
}
