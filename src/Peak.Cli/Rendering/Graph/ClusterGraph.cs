namespace Peak.Cli.Rendering.Graph;

/// <summary>A cluster as nodes and edges: groups, what their sections list, and hosts.</summary>
internal sealed class ClusterGraph
{
    // Beyond these a picture of every host helps nobody; groups with their numbers of hosts do.
    private const int MaxHosts = 400, MaxGroups = 80;

    private readonly Dictionary<string, int> _byName = [];

    public ClusterGraph(Cluster cluster)
    {
        Title = cluster.Path is { } path ? Path.GetFileName(path) : cluster.HostName;
        Hosts = cluster.Hosts;
        var groups = cluster.Groups.ToList();
        if (cluster.Orphans.Hosts.Count > 0) groups.Insert(0, cluster.Orphans);
        Groups = groups;
        for (int i = 0; i < groups.Count; i++) _byName[groups[i].Name] = i;
        HasHosts = Hosts.Count <= MaxHosts && groups.Count <= MaxGroups;
    }

    /// <summary>The name of the file, without its folder.</summary>
    public string Title { get; }

    /// <summary>The groups in order; the orphans, where there are some, first.</summary>
    public IReadOnlyList<HostGroup> Groups { get; }

    public HostList Hosts { get; }

    /// <summary>Whether hosts are drawn; else groups with their numbers of hosts.</summary>
    public bool HasHosts { get; }

    /// <summary>What the title says besides the name.</summary>
    public string Summary => $"{Count(Hosts.Count, "host")}, {Count(Groups.Count(g => g.Name != Cluster.OrphansName), "group")}";

    /// <summary>The places in <see cref="Groups"/> of the groups that a lump lists.</summary>
    public IEnumerable<int> GroupMembers(HostGroup group)
    {
        foreach (string member in group.Members)
            if (_byName.TryGetValue(member, out int index) && Groups[index] != group) yield return index;
    }

    /// <summary>The hosts that a group lists itself.</summary>
    public IEnumerable<string> HostMembers(HostGroup group) => group.Members.Where(m => !_byName.ContainsKey(m));

    /// <summary>The name of a group as people read it.</summary>
    public static string LabelOf(HostGroup group) => group.Name == Cluster.OrphansName ? "orphans" : group.Name;

    public static bool IsLump(HostGroup group) => (group.Kinds & HostGroupKinds.Lump) != 0;

    public static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
