using System.Buffers;

namespace Peak.Clusters.Definition;

/// <summary>Builds a <see cref="ClusterModel"/> from the text of a cluster file, piece by piece.</summary>
/// <param name="expectedLength">The length of the whole text in bytes where it is known, else 0.</param>
internal sealed class ClusterModelBuilder(long expectedLength)
{
    // A name waits in a ring while the memory it will need is on its way: first its slot, then its record.
    private const int RingSize = 64;
    private const int RecordDistance = 20;
    private const int AddDistance = 48;

    // What no error rule of the checker objects to in a name; see NeedsCheck.
    private static readonly SearchValues<byte> PlainName =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> PlainComment =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(i => (byte)i)]);

    private readonly NameTable _names = new();
    private readonly PendingName[] _ring = new PendingName[RingSize];
    private int[] _members = new int[16];
    private int _memberCount;
    private long _length;

    // Where the members of a section begin; they end where the next section begins. The first are the orphans.
    private readonly List<(int Group, int Start)> _sections = [(-1, 0)];
    private NameRoles _memberRole = NameRoles.Host;

    /// <summary>Whether something odd has been seen already.</summary>
    public bool IsOdd { get; private set; }

    /// <summary>
    /// Whether the checker may find an error. False is certain: every name is plain and every comment printable, no
    /// name is both host and group, none is reserved.
    /// </summary>
    public bool NeedsCheck =>
        IsOdd || _names.Find("__all__"u8) >= 0 || _names.Find("__orphans__"u8) >= 0 || HasHostThatIsGroup();

    /// <summary>Adds whole lines; only the last one of a text may lack its line end.</summary>
    public void AddLines(ReadOnlySpan<byte> text)
    {
        int seen = 0;
        _length += text.Length;
        for (int start = 0; start < text.Length;)
        {
            int length = text[start..].IndexOf((byte)'\n');
            if (length < 0) length = text.Length - start;
            var line = text.Slice(start, length);
            var kind = LineScanner.Classify(line, out _, out var name);
            if (kind == ClusterLineKind.Comment)
            {
                IsOdd |= line.ContainsAnyExcept(PlainComment);
            }
            else if (kind != ClusterLineKind.Blank)
            {
                uint hash = NameTable.Hash(name.Of(line));
                _names.PrefetchSlot(hash);
                _ring[seen % RingSize] = new PendingName(kind, start + name.Start, name.Length, hash);
                if (seen >= RecordDistance) _names.PrefetchRecord(_ring[(seen - RecordDistance) % RingSize].Hash);
                if (seen >= AddDistance) Add(text, _ring[(seen - AddDistance) % RingSize]);
                seen++;
            }

            start += length + 1;
        }

        for (int i = Math.Max(0, seen - AddDistance); i < seen; i++) Add(text, _ring[i % RingSize]);
    }

    public ClusterModel Build()
    {
        int count = _names.Count;
        // A group that the file itself calls __orphans__ is the same as the orphans.
        int orphans = _names.Find("__orphans__"u8) is >= 0 and var declared ? declared : count;
        _sections[0] = _sections[0] with { Group = orphans };
        var lengths = new Dictionary<int, int>();
        for (int i = 0; i < _sections.Count; i++)
            lengths[_sections[i].Group] = lengths.GetValueOrDefault(_sections[i].Group) + EndOf(i) - _sections[i].Start;
        bool reopened = lengths.Count < _sections.Count;
        var members = reopened ? new int[_memberCount] : _members;
        var ranges = new Dictionary<int, Range>(lengths.Count);
        int next = 0;
        for (int i = 0; i < _sections.Count; i++)
        {
            var (group, start) = _sections[i];
            if (!reopened)
            {
                ranges[group] = start..EndOf(i);
                continue;
            }

            // Members of a group that is opened more than once add up.
            if (!ranges.TryGetValue(group, out var range))
            {
                range = next..next;
                next += lengths[group];
            }

            int length = EndOf(i) - start;
            _members.AsSpan(start, length).CopyTo(members.AsSpan(range.End.Value));
            ranges[group] = range.Start..(range.End.Value + length);
        }

        return new ClusterModel(_names, orphans, members.AsMemory(0, _memberCount), ranges);

        int EndOf(int section) => section + 1 < _sections.Count ? _sections[section + 1].Start : _memberCount;
    }

    private void Add(ReadOnlySpan<byte> text, in PendingName pending)
    {
        var name = text.Slice(pending.Start, pending.Length);
        var role = pending.Kind switch
        {
            ClusterLineKind.Group => NameRoles.Group,
            ClusterLineKind.Lump => NameRoles.Lump,
            _ => _memberRole,
        };
        int known = _names.Count;
        int id = _names.Add(name, pending.Hash, role);
        if (id == known)
            IsOdd |= name.IsEmpty || name[0] == '-' || name.Length > 255 || name.ContainsAnyExcept(PlainName);
        if (pending.Kind == ClusterLineKind.Member)
        {
            if (_memberCount == _members.Length) GrowMembers();
            _members[_memberCount++] = id;
        }
        else
        {
            _memberRole = role == NameRoles.Lump ? NameRoles.LumpMember : NameRoles.Host;
            _sections.Add((id, _memberCount));
        }
    }

    private bool HasHostThatIsGroup()
    {
        for (int id = 0; id < _names.Count; id++)
            if (_names.RolesOf(id) is var roles && (roles & NameRoles.Host) != 0 && (roles & NameRoles.AnyGroup) != 0) return true;
        return false;
    }

    // A large array that is too large costs nothing, for its end is never touched; growing it costs a copy.
    private void GrowMembers()
    {
        long capacity = expectedLength == 0 ? 0 : (long)(_memberCount * 1.1 * expectedLength / Math.Max(1, _length));
        var members = HugePages.AllocateArray<int>((int)Math.Clamp(capacity, _memberCount * 2L, Array.MaxLength));
        _members.AsSpan(0, _memberCount).CopyTo(members);
        _members = members;
    }

    private readonly record struct PendingName(ClusterLineKind Kind, int Start, int Length, uint Hash);
}
