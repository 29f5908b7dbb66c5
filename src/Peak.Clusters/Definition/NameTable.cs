using System.Runtime.InteropServices;

namespace Peak.Clusters.Definition;

/// <summary>
/// Names as small numbers: the first name added is 0, the next new one 1, and so on. The names themselves stand one
/// behind the other in one array of bytes.
/// </summary>
internal sealed class NameTable
{
    private byte[] _text = new byte[256];
    private int[] _ends = new int[16];
    private Slot[] _slots = new Slot[32];
    private int _textLength;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            int start = id == 0 ? 0 : _ends[id - 1];
            return _text.AsSpan(start, _ends[id] - start);
        }
    }

    /// <summary>The number of <paramref name="name"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name) => _slots[Probe(name, Hash(name))].Id - 1;

    /// <summary>The number of <paramref name="name"/>, which gets one if it has none.</summary>
    public int Add(ReadOnlySpan<byte> name)
    {
        uint hash = Hash(name);
        int at = Probe(name, hash);
        if (_slots[at].Id != 0) return _slots[at].Id - 1;
        if (Count == _ends.Length) Array.Resize(ref _ends, Count * 2);
        if (_textLength + name.Length > _text.Length)
            Array.Resize(ref _text, (int)Math.Min(Array.MaxLength, Math.Max(_text.Length * 2L, (long)_textLength + name.Length)));
        name.CopyTo(_text.AsSpan(_textLength));
        _textLength += name.Length;
        _ends[Count] = _textLength;
        _slots[at] = new Slot(hash, ++Count);
        if (Count * 2 > _slots.Length) Grow();
        return Count - 1;
    }

    private int Probe(ReadOnlySpan<byte> name, uint hash)
    {
        int mask = _slots.Length - 1;
        int at = (int)hash & mask;
        while (_slots[at].Id != 0 && !(_slots[at].Hash == hash && this[_slots[at].Id - 1].SequenceEqual(name)))
            at = (at + 1) & mask;
        return at;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        int mask = _slots.Length - 1;
        foreach (var slot in old)
        {
            if (slot.Id == 0) continue;
            int at = (int)slot.Hash & mask;
            while (_slots[at].Id != 0) at = (at + 1) & mask;
            _slots[at] = slot;
        }
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = (ulong)name.Length;
        while (name.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(name)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
            name = name[8..];
        }

        ulong rest = 0;
        foreach (byte b in name) rest = (rest << 8) | b;
        hash = (hash ^ rest) * 0x9E3779B97F4A7C15;
        return (uint)(hash >> 32);
    }

    private readonly record struct Slot(uint Hash, int Id);
}
