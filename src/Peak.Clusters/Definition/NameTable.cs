using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Peak.Clusters.Definition;

/// <summary>Names as small numbers: the first name added is 0, the next new one 1, and so on.</summary>
/// <remarks>
/// Looking up a million names is bound by cache misses, so there are only two on the way: a slot of the hash table (8
/// bytes: hash and place), then the record of the name (its number, its roles, its bytes, a line end: no name has one
/// inside).
/// A caller with many names takes a <see cref="Hash"/> of each, calls <see cref="PrefetchSlot"/> for all, then
/// <see cref="PrefetchRecord"/> for all, then <see cref="Add"/>: the misses then overlap.
/// </remarks>
internal sealed unsafe class NameTable
{
    private const int BlockBits = 24;
    private const int BlockSize = 1 << BlockBits;
    private const int FirstBlockSize = 1 << 12;
    private const uint FirstSlots = 64;
    private const int MaxBlocks = 1 << (31 - BlockBits);
    private const int RolesAt = sizeof(int);
    private const int TextAt = RolesAt + 1;
    private const byte Terminator = (byte)'\n';

    // A file made to collide in one process does not in another.
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private readonly List<byte[]> _blocks = [];
    private int _blockUsed;
    private int[] _places = new int[16];

    // Freed as soon as a larger one is there: garbage of this size would be as large again as the table.
    private Slot* _slots = AllocateSlots(FirstSlots);
    private uint _slotCount = FirstSlots;

    ~NameTable() => NativeMemory.AlignedFree(_slots);

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            int place = _places[id];
            var rest = _blocks[place >> BlockBits].AsSpan((place & (BlockSize - 1)) + TextAt);
            return rest[..rest.IndexOf(Terminator)];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(ReadOnlySpan<byte> name)
    {
        ref byte at = ref MemoryMarshal.GetReference(name);
        ulong hash = Seed ^ (ulong)name.Length;
        int left = name.Length;
        if (left >= 8)
        {
            for (; left > 8; left -= 8, at = ref Unsafe.Add(ref at, 8)) hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref at));
            // The last 8 bytes, some of them perhaps again.
            hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, left - 8)));
        }
        else
        {
            ulong rest = 0;
            for (int i = 0; i < left; i++) rest = (rest << 8) | Unsafe.Add(ref at, i);
            hash = Mix(hash ^ rest);
        }

        return (uint)(hash >> 32);

        static ulong Mix(ulong x) => BitOperations.RotateLeft(x * 0x9E3779B97F4A7C15, 29) * 0xBF58476D1CE4E5B9;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchSlot(uint hash)
    {
        if (Sse.IsSupported) Sse.Prefetch0(SlotAt(hash));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchRecord(uint hash)
    {
        if (!Sse.IsSupported) return;
        var slot = SlotAt(hash);
        if (slot->Hash == hash && !slot->IsFree) Sse.Prefetch0(Unsafe.AsPointer(ref RecordAt(slot->Place)));
    }

    /// <summary>The number of <paramref name="name"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        bool found = !Probe(name, Hash(name), out int id)->IsFree;
        GC.KeepAlive(this);
        return found ? id : -1;
    }

    /// <summary>What a name has been added as.</summary>
    public NameRoles RolesOf(int id) => (NameRoles)Unsafe.Add(ref RecordAt(_places[id]), RolesAt);

    /// <summary>The number of <paramref name="name"/>, which gets the next one if it has none; the role adds to its roles.</summary>
    public int Add(ReadOnlySpan<byte> name, uint hash, NameRoles role)
    {
        var slot = Probe(name, hash, out int id);
        if (!slot->IsFree)
        {
            Unsafe.Add(ref RecordAt(slot->Place), RolesAt) |= (byte)role;
            return id;
        }

        id = Count++;
        int place = Store(name, id, role);
        *slot = new Slot(hash, place);
        if (id == _places.Length) Array.Resize(ref _places, id * 2);
        _places[id] = place;
        if ((uint)Count * 2 > _slotCount) Grow();
        return id;
    }

    private static Slot* AllocateSlots(uint count) => (Slot*)HugePages.AllocateCleared(count * (nuint)sizeof(Slot));

    private Slot* SlotAt(uint hash) => _slots + (hash & (_slotCount - 1));

    private ref byte RecordAt(int place) => ref _blocks[place >> BlockBits][place & (BlockSize - 1)];

    /// <summary>The slot of a name: its own, or the free one where it belongs.</summary>
    private Slot* Probe(ReadOnlySpan<byte> name, uint hash, out int id)
    {
        id = -1;
        for (uint at = hash; ; at++)
        {
            var slot = SlotAt(at);
            if (slot->IsFree) return slot;
            if (slot->Hash != hash) continue;
            var record = _blocks[slot->Place >> BlockBits].AsSpan(slot->Place & (BlockSize - 1));
            var text = record[TextAt..];
            if (text.Length <= name.Length || text[name.Length] != Terminator || !text.StartsWith(name)) continue;
            id = MemoryMarshal.Read<int>(record);
            return slot;
        }
    }

    private int Store(ReadOnlySpan<byte> name, int id, NameRoles role)
    {
        int size = TextAt + name.Length + 1;
        if (_blocks.Count == 0 || _blockUsed + size > _blocks[^1].Length)
        {
            // A small file needs little memory, so the first blocks are small; a name longer than a block gets a longer one of its own.
            if (_blocks.Count == MaxBlocks) throw new InvalidDataException("The names of the cluster take more than 2 GiB.");
            int blockSize = (int)Math.Min(BlockSize, (long)FirstBlockSize << (4 * _blocks.Count));
            _blocks.Add(HugePages.AllocateArray<byte>(Math.Max(size, blockSize)));
            _blockUsed = 0;
        }

        int place = ((_blocks.Count - 1) << BlockBits) + _blockUsed;
        var record = _blocks[^1].AsSpan(_blockUsed, size);
        MemoryMarshal.Write(record, id);
        record[RolesAt] = (byte)role;
        name.CopyTo(record[TextAt..]);
        record[^1] = Terminator;
        _blockUsed += size;
        return place;
    }

    private void Grow()
    {
        var old = _slots;
        uint oldCount = _slotCount;
        _slots = AllocateSlots(oldCount * 2);
        _slotCount = oldCount * 2;
        for (uint i = 0; i < oldCount; i++)
        {
            if (old[i].IsFree) continue;
            uint at = old[i].Hash;
            while (!SlotAt(at)->IsFree) at++;
            *SlotAt(at) = old[i];
        }

        NativeMemory.AlignedFree(old);
    }

    private readonly struct Slot(uint hash, int place)
    {
        private readonly int _placePlusOne = place + 1;

        public uint Hash { get; } = hash;

        public int Place => _placePlusOne - 1;

        public bool IsFree => _placePlusOne == 0;
    }
}
