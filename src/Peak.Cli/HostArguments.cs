using System.CommandLine;
using Peak.Cli.Completion;
using Peak.Clusters;

namespace Peak.Cli;

/// <summary>From the arguments of a verb to hosts of the cluster.</summary>
internal static class HostArguments
{
    public static Argument<string[]> Create(string description)
    {
        var argument = new Argument<string[]>("HOSTS") { Description = description, Arity = ArgumentArity.ZeroOrMore };
        argument.CompletionSources.Add(Candidates.OfCluster);
        return argument.RefuseOptions();
    }

    /// <summary>The hosts of the arguments in the cluster's order, each once.</summary>
    /// <exception cref="CommandFailure">There is no such host or group.</exception>
    public static IReadOnlyList<Host> Resolve(Cluster cluster, IReadOnlyList<string> arguments)
    {
        if (arguments is [['@', .. var only]]) return Group(cluster, only).Hosts;
        var names = new HashSet<string>();
        foreach (string argument in arguments)
        {
            if (argument is ['@', .. var group]) names.UnionWith(Group(cluster, group).Hosts.Select(h => h.Name));
            else if (cluster.Hosts.Contains(argument)) names.Add(argument);
            else throw CommandFailure.Wanting($"there is no host '{argument}' in the cluster");
        }

        return [.. cluster.Hosts.Where(h => names.Contains(h.Name))];
    }

    private static HostGroup Group(Cluster cluster, string name) =>
        cluster.Groups.TryGet(name, out var group)
            ? group
            : throw CommandFailure.Wanting($"there is no group '{name}' in the cluster");
}
