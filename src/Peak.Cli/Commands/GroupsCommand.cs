using System.CommandLine;

namespace Peak.Cli.Commands;

/// <summary><c>peak groups</c>: the groups of the cluster, or those that hosts belong to.</summary>
internal sealed class GroupsCommand : Verb
{
    private readonly Argument<string[]> _hosts = HostArguments.Create("Hosts and @groups; none means all groups.");

    public GroupsCommand() : base("groups", "List groups, or those that hosts belong to, in the order of the file.")
    {
        Arguments.Add(_hosts);
        Examples =
        [
            "peak groups               all groups",
            "peak groups one.baz.com   the groups of a host, through lumps too",
            "peak groups -v            with their kinds, numbers of hosts and members",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        string[] arguments = parse.GetValue(_hosts) ?? [];
        var cluster = peak.LoadCluster();
        IEnumerable<HostGroup> groups = cluster.Groups;
        if (arguments.Length > 0)
        {
            var wanted = HostArguments.Resolve(peak, cluster, arguments).SelectMany(h => h.Groups).ToHashSet();
            groups = groups.Where(wanted.Contains);
        }

        if (peak.Json) WriteJson(peak, groups);
        else if (peak.Verbose) WriteTable(peak, groups);
        else
            foreach (var group in groups) peak.Out.Line(group.Name);
        return ExitCodes.Success;
    }

    private static void WriteTable(Invocation peak, IEnumerable<HostGroup> groups)
    {
        var table = new Table("GROUP", "KIND", " HOSTS", "MEMBERS");
        foreach (var group in groups)
            table.Add(group.Name, KindOf(group), $"{group.Hosts.Count}", string.Join(' ', group.Members));
        table.WriteTo(peak.Out);
    }

    private static void WriteJson(Invocation peak, IEnumerable<HostGroup> groups)
    {
        if (!peak.Verbose)
        {
            peak.Out.Json(groups.Select(g => g.Name), JsonDocuments.Default.IEnumerableString);
            return;
        }

        var documents = groups.Select(g => new GroupDocument(g.Name, KindOf(g), g.Members, g.Hosts.Select(h => h.Name)));
        peak.Out.Json(documents, JsonDocuments.Default.IEnumerableGroupDocument);
    }

    private static string KindOf(HostGroup group) => group.Kinds switch
    {
        HostGroupKinds.Group => "group",
        HostGroupKinds.Lump => "lump",
        HostGroupKinds.Undeclared => "undeclared",
        _ => "group+lump",
    };
}
