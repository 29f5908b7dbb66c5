using System.CommandLine;
using Peak.Clusters;

namespace Peak.Cli.Commands;

/// <summary><c>peak groups</c>: the groups of the cluster, or those that hosts belong to.</summary>
internal static class GroupsCommand
{
    public static Command Create()
    {
        var hosts = HostArguments.Create("Hosts and @groups; none means all groups.");
        var command = new Command("groups", "List groups, or those that hosts belong to, in the order of the file.") { hosts };
        command.AddExamples(
            "peak groups               all groups",
            "peak groups one.baz.com   the groups of a host, through lumps too",
            "peak groups -v            with their kinds, members and numbers of hosts");
        command.Runs((peak, parse) => Run(peak, parse.GetValue(hosts) ?? []));
        return command;
    }

    private static int Run(Invocation peak, string[] arguments)
    {
        var cluster = peak.LoadCluster();
        IEnumerable<HostGroup> groups = cluster.Groups;
        if (arguments.Length > 0)
        {
            var wanted = HostArguments.Resolve(cluster, arguments).SelectMany(h => h.Groups).ToHashSet();
            groups = groups.Where(wanted.Contains);
        }

        foreach (var group in groups) peak.Out.Line(group.Name);
        return ExitCodes.Fine;
    }
}
