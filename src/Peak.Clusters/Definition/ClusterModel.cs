namespace Peak.Clusters.Definition;

/// <summary>What a name has been seen as.</summary>
[Flags]
internal enum NameRoles : byte
{
    None = 0,
    Host = 1,
    Group = 2,
    Lump = 4,
    LumpMember = 8,
    AnyGroup = Group | Lump | LumpMember,
}

/// <summary>
/// The meaning of a cluster file as a graph of names (rules 3 to 6 of docs/file-format.md). A name is a number: its
/// place in the order in which names are first mentioned, which is the order of everything.
/// </summary>
internal sealed class ClusterModel
{
    private readonly NameTable _names;
    private readonly ReadOnlyMemory<int> _members;
    private readonly Dictionary<int, Range> _memberRanges;
    private ParentIndex? _parents;

    internal ClusterModel(
        NameTable names, int orphans, ReadOnlyMemory<int> members, Dictionary<int, Range> memberRanges)
    {
        _names = names;
        OrphansId = orphans;
        _members = members;
        _memberRanges = memberRanges;
        HostIds = Select(NameRoles.Host);
        GroupIds = Select(NameRoles.AnyGroup);
    }

    /// <summary>The number whose members the orphans are. Where no line mentions <c>__orphans__</c>, it is after the last name's.</summary>
    public int OrphansId { get; }

    /// <summary>Every host, in order.</summary>
    public int[] HostIds { get; }

    /// <summary>Every group that a line mentions, in order.</summary>
    public int[] GroupIds { get; }

    public ReadOnlySpan<byte> NameOf(int id) => _names[id];

    public int Find(ReadOnlySpan<byte> name) => _names.Find(name);

    public NameRoles RolesOf(int id) => id < _names.Count ? _names.RolesOf(id) : NameRoles.None;

    /// <summary>What is listed below the sections of this name, in order of listing, repetitions included.</summary>
    public ReadOnlySpan<int> MembersOf(int id) =>
        _memberRanges.TryGetValue(id, out var range) ? _members.Span[range] : default;

    /// <summary>All hosts that can be reached from a group, in order, without names that are groups (rule 4).</summary>
    public int[] HostsOf(int group)
    {
        var hosts = new List<int>();
        var seen = new ulong[(_names.Count >> 6) + 1];
        var pending = new Stack<int>([group]);
        bool sorted = true;
        while (pending.TryPop(out int at))
        {
            foreach (int member in MembersOf(at))
            {
                ulong bit = 1UL << member;
                ref ulong word = ref seen[member >> 6];
                if ((word & bit) != 0) continue;
                word |= bit;
                if ((_names.RolesOf(member) & NameRoles.AnyGroup) != 0)
                {
                    pending.Push(member);
                    continue;
                }

                // A host that is called like the orphans leads to them, but is none of them.
                if (member == OrphansId) pending.Push(member);
                if (member == group) continue;

                sorted &= hosts.Count == 0 || hosts[^1] < member;
                hosts.Add(member);
            }
        }

        int[] result = [.. hosts];
        if (!sorted) Array.Sort(result);
        return result;
    }

    /// <summary>All groups from which a host can be reached, in order, without those that no line mentions (rule 6).</summary>
    public int[] GroupsOf(int host)
    {
        var (starts, parents) = LazyInitializer.EnsureInitialized(ref _parents, IndexParents);
        // Not a set of bits as above: a host is in few groups, and every host may be asked.
        var groups = new HashSet<int>();
        var pending = new Stack<int>([host]);
        while (pending.TryPop(out int at))
            foreach (int group in parents.AsSpan(starts[at]..starts[at + 1]))
                if (groups.Add(group) && group < _names.Count) pending.Push(group);
        groups.Remove(host);
        groups.Remove(_names.Count);
        int[] result = [.. groups];
        Array.Sort(result);
        return result;
    }

    private ParentIndex IndexParents()
    {
        var starts = new int[_names.Count + 1];
        foreach (int member in _members.Span) starts[member]++;
        for (int i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        var parents = new int[_members.Length];
        foreach (var (group, range) in _memberRanges)
            foreach (int member in _members.Span[range]) parents[--starts[member]] = group;
        return new ParentIndex(starts, parents);
    }

    private sealed record ParentIndex(int[] Starts, int[] Parents);

    private int[] Select(NameRoles any)
    {
        int count = 0;
        for (int id = 0; id < _names.Count; id++)
            if ((_names.RolesOf(id) & any) != 0) count++;
        var ids = new int[count];
        for (int id = _names.Count - 1; count > 0; id--)
            if ((_names.RolesOf(id) & any) != 0) ids[--count] = id;
        return ids;
    }
}
