namespace Peak.Clusters.Definition;

/// <summary>Builds a <see cref="ClusterModel"/> from lines, one after the other.</summary>
internal sealed class ClusterModelBuilder
{
    private const int NoSection = -1;
    private readonly NameTable _names = new();
    private NameRoles[] _roles = new NameRoles[16];

    // Members in order of listing; a run ends where the next section begins.
    private int[] _members = new int[16];
    private int _memberCount;
    private readonly List<(int Group, int Start)> _runs = [(NoSection, 0)];
    private NameRoles _memberRole = NameRoles.Host;

    public void Add(ClusterLineKind kind, ReadOnlySpan<byte> name)
    {
        switch (kind)
        {
            case ClusterLineKind.Group:
                Open(name, NameRoles.Group, NameRoles.Host);
                break;
            case ClusterLineKind.Lump:
                Open(name, NameRoles.Lump, NameRoles.LumpMember);
                break;
            case ClusterLineKind.Member:
                if (_memberCount == _members.Length) Array.Resize(ref _members, _memberCount * 2);
                _members[_memberCount++] = Mention(name, _memberRole);
                break;
        }
    }

    public ClusterModel Build()
    {
        int count = _names.Count;
        // A group that the file itself calls __orphans__ is the same as the orphans.
        int declared = _names.Find("__orphans__"u8);
        int orphans = declared >= 0 ? declared : count;
        var starts = new int[count + 2];
        for (int i = 0; i < _runs.Count; i++) starts[GroupOf(i) + 1] += RunEnd(i) - _runs[i].Start;
        for (int i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        var next = (int[])starts.Clone();
        var members = new int[_memberCount];
        for (int i = 0; i < _runs.Count; i++)
        {
            var run = _members.AsSpan(_runs[i].Start..RunEnd(i));
            run.CopyTo(members.AsSpan(next[GroupOf(i)]));
            next[GroupOf(i)] += run.Length;
        }

        return new ClusterModel(_names, _roles.AsSpan(0, count).ToArray(), orphans, starts, members);

        int GroupOf(int run) => _runs[run].Group is NoSection ? orphans : _runs[run].Group;
        int RunEnd(int run) => run + 1 < _runs.Count ? _runs[run + 1].Start : _memberCount;
    }

    private void Open(ReadOnlySpan<byte> name, NameRoles role, NameRoles memberRole)
    {
        _runs.Add((Mention(name, role), _memberCount));
        _memberRole = memberRole;
    }

    private int Mention(ReadOnlySpan<byte> name, NameRoles role)
    {
        int id = _names.Add(name);
        if (id >= _roles.Length) Array.Resize(ref _roles, _roles.Length * 2);
        _roles[id] |= role;
        return id;
    }
}
