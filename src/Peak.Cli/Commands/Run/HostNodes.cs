using System.Globalization;
using Peak.Cli.State;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands.Run;

/// <summary>
/// From node sets to names of hosts that a command is about to run on: of the cluster, of ClusterShell's groups, of the last run.
/// </summary>
internal sealed class HostNodes(Invocation peak, Cluster cluster, StateFolder state)
{
    private static readonly string[] RunGroups = ["@last:", "@last~", "@run:"];

    /// <summary>As many hosts as a command line may name: beyond, a range has a digit too many.</summary>
    public const int MaxHosts = 1_000_000;

    private readonly NodeGroups _groups = new(peak, peak.ClusterPath is null ? null : cluster);

    /// <summary>
    /// The hosts of a node set; those of a single group of the cluster in the file's order. Warns of what does nothing in it.
    /// </summary>
    /// <exception cref="CommandFailure">It is not well-formed, names a group that does not exist, or has too many hosts.</exception>
    public IEnumerable<string> Expand(string text)
    {
        var nodes = Resolve(text, warn: true);
        return nodes is NodeSet set && set.LongCount > MaxHosts
            ? throw TooMany($"'{TerminalText.Escape(text)}' names {set.LongCount} hosts")
            : nodes;
    }

    /// <summary>Whether a host is in a node set, however many there are.</summary>
    /// <exception cref="CommandFailure">It is not well-formed, or names a group that does not exist.</exception>
    public Func<string, bool> Matches(string text)
    {
        var nodes = Resolve(text, warn: false);
        return nodes is NodeSet set ? set.Contains : nodes.ToHashSet(StringComparer.Ordinal).Contains;
    }

    public static CommandFailure TooMany(string what) =>
        CommandFailure.Usage(string.Create(CultureInfo.InvariantCulture, $"{what}; a command line may name {MaxHosts:N0}"));

    private IEnumerable<string> Resolve(string text, bool warn)
    {
        if (text is ['@', .. var name] && cluster.Groups.TryGetValue(name, out var group)) return group.Hosts.Select(h => h.Name);
        if (text.Split(',', '!', '&', '^').FirstOrDefault(term => term.Trim() is ['/', .., '/']) is { } pattern)
        {
            string shown = TerminalText.Escape(pattern.Trim());
            throw CommandFailure.Usage(
                $"'{shown}' is a regular expression, which node sets have not; wildcards (web*) and groups are understood");
        }

        if (text.Split(',', '!', '&', '^').FirstOrDefault(term => IsRun(term.Trim())) is { } run)
        {
            string sets = string.Join(", ", LastRun.SetNames.Select(set => $"{run.Trim()}:{set}"));
            throw CommandFailure.Usage($"'{run.Trim()}' is a run, not a group: which of its hosts? {sets}");
        }

        if (warn && cluster.Groups.Contains(text) && !cluster.Hosts.Contains(text))
        {
            string shown = TerminalText.Escape(text);
            peak.Warn($"'{shown}' is taken for a host; it is a group of the cluster, whose hosts are '@{shown}'");
        }

        try
        {
            bool namesRun = RunGroups.Any(group => text.Contains(group, StringComparison.Ordinal));
            return _groups.Evaluate(text, warn, namesRun ? LastRunSource.All(new(state)) : null);
        }
        catch (CommandFailure failure)
        {
            bool hasNone = peak.ClusterPath is null && failure.Message.Contains(": There is no group '", StringComparison.Ordinal);
            throw CommandFailure.Usage(hasNone ? $"{failure.Message} No cluster file is named (--cluster, $CLUSTER)." : failure.Message);
        }
    }

    private bool IsRun(string term) => term is "@last" && !cluster.Groups.Contains("last")
        || (term.StartsWith("@last~", StringComparison.Ordinal) && !term.Contains(':', StringComparison.Ordinal));
}
