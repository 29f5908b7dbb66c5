using System.CommandLine;
using Peak.Cli.Completion;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.CommandLine;

/// <summary>From the arguments of a verb, which are node sets, to hosts of the cluster.</summary>
internal static class HostArguments
{
    public static Argument<string[]> Create(string description)
    {
        var argument = new Argument<string[]>("HOSTS") { Description = description, HelpName = "HOSTS", Arity = ArgumentArity.ZeroOrMore };
        argument.CompletionSources.Add(Candidates.OfCluster);
        return argument;
    }

    /// <summary>The hosts of the arguments in the cluster's order, each once.</summary>
    /// <exception cref="CommandFailure">An argument is no node set, or there is no such host or group.</exception>
    public static IReadOnlyList<ClusterHost> Resolve(Invocation peak, Cluster cluster, IReadOnlyList<string> arguments)
    {
        // A group has its hosts at hand, and they need no looking up.
        if (arguments is [['@', .. var only]] && cluster.Groups.TryGetValue(only, out var group)) return group.Hosts;
        var groups = new NodeGroups(peak, cluster);
        var union = new NodeSetBuilder();
        foreach (string argument in arguments) union.Add(groups.Evaluate(argument, warn: true));
        var wanted = union.Build();
        ClusterHost[] hosts = wanted.LongCount < cluster.Hosts.Count / 8
            ?
            [
                .. wanted.Select(name => cluster.Hosts.TryGetValue(name, out var host) ? host : null).OfType<ClusterHost>()
                    .OrderBy(h => cluster.Hosts.IndexOf(h.Name)),
            ]
            : [.. cluster.Hosts.Where(h => wanted.Contains(h.Name))];
        if (hosts.Length == wanted.LongCount) return hosts;
        var missing = wanted.Except(NodeSet.Of(hosts.Select(h => h.Name)));
        string names = missing.ToString();
        throw CommandFailure.Failed(
            missing.LongCount == 1 ? $"there is no host '{names}' in the cluster"
            : names.Length <= 200 ? $"there are no hosts '{names}' in the cluster"
            : $"{missing.LongCount} of the hosts are not in the cluster, '{missing[0]}' among them");
    }
}
