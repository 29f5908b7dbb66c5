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
    private readonly NameRoles[] _roles;
    private readonly int[] _memberStarts;
    private readonly int[] _members;
    private int[]? _parentStarts;
    private int[]? _parents;

    internal ClusterModel(NameTable names, NameRoles[] roles, int orphans, int[] memberStarts, int[] members)
    {
        _names = names;
        _roles = roles;
        OrphansId = orphans;
        _memberStarts = memberStarts;
        _members = members;
        HostIds = Select(NameRoles.Host);
        GroupIds = Select(NameRoles.AnyGroup);
    }

    /// <summary>The number whose members the orphans are. Where no line mentions <c>__orphans__</c>, it is behind the last name's.</summary>
    public int OrphansId { get; }

    /// <summary>Every host, in order.</summary>
    public int[] HostIds { get; }

    /// <summary>Every group that a line mentions, in order.</summary>
    public int[] GroupIds { get; }

    public ReadOnlySpan<byte> NameOf(int id) => _names[id];

    public int Find(ReadOnlySpan<byte> name) => _names.Find(name);

    public NameRoles RolesOf(int id) => id < _roles.Length ? _roles[id] : NameRoles.None;

    /// <summary>What is listed below the sections of this name, in order of listing, repetitions included.</summary>
    public ReadOnlySpan<int> MembersOf(int id) => _members.AsSpan(_memberStarts[id].._memberStarts[id + 1]);

    /// <summary>All hosts that can be reached from a group, in order, without names that are groups (rule 4).</summary>
    public int[] HostsOf(int group)
    {
        var hosts = new List<int>();
        var seen = new HashSet<int>();
        bool sorted = true;
        Visit(group, id =>
        {
            if ((_roles[id] & NameRoles.AnyGroup) != 0) return true;
            sorted &= hosts.Count == 0 || hosts[^1] < id;
            hosts.Add(id);
            return false;
        }, MembersOf, seen);
        int[] result = [.. hosts];
        if (!sorted) Array.Sort(result);
        return result;
    }

    /// <summary>All groups from which a host can be reached, in order, without those that no line mentions (rule 6).</summary>
    public int[] GroupsOf(int host)
    {
        IndexParents();
        var groups = new List<int>();
        Visit(host, id =>
        {
            if (id < _roles.Length && id != host) groups.Add(id);
            return true;
        }, id => _parents.AsSpan(_parentStarts![id].._parentStarts[id + 1]), []);
        groups.Sort();
        return [.. groups];
    }

    private delegate ReadOnlySpan<int> Neighbours(int id);

    /// <summary>Calls <paramref name="enter"/> once for each name reachable from <paramref name="start"/>; it says whether to go on from there.</summary>
    private static void Visit(int start, Func<int, bool> enter, Neighbours neighbours, HashSet<int> seen)
    {
        var pending = new Stack<int>();
        pending.Push(start);
        while (pending.TryPop(out int at))
            foreach (int next in neighbours(at))
                if (seen.Add(next) && enter(next)) pending.Push(next);
    }

    private void IndexParents()
    {
        if (_parents is not null) return;
        var starts = new int[_names.Count + 2];
        foreach (int member in _members) starts[member + 1]++;
        for (int i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        var parents = new int[_members.Length];
        var next = (int[])starts.Clone();
        for (int group = 0; group + 1 < _memberStarts.Length; group++)
            foreach (int member in MembersOf(group)) parents[next[member]++] = group;
        _parentStarts = starts;
        Volatile.Write(ref _parents, parents);
    }

    private int[] Select(NameRoles any)
    {
        var ids = new List<int>();
        for (int i = 0; i < _roles.Length; i++)
            if ((_roles[i] & any) != 0) ids.Add(i);
        return [.. ids];
    }
}
