using System.CommandLine;

namespace Peak.Cli.Commands;

/// <summary><c>peak hosts</c>: the hosts of the cluster, or those that are asked for.</summary>
internal sealed class HostsCommand : Verb
{
    private readonly Argument<string[]> _hosts = HostArguments.Create("Hosts and @groups; none means all hosts.");

    public HostsCommand() : base("hosts", "List hosts, one a line, in the order of the file.")
    {
        Arguments.Add(_hosts);
        Examples =
        [
            "peak hosts                all hosts",
            "peak hosts @odd           the hosts of a group",
            "peak hosts -v             with their groups, and which one is this machine",
            "peak hosts -v --json      every host with its groups",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        string[] arguments = parse.GetValue(_hosts) ?? [];
        var cluster = peak.LoadCluster();
        var hosts = arguments.Length == 0 ? cluster.Hosts : HostArguments.Resolve(peak, cluster, arguments);
        if (peak.Json) WriteJson(peak, hosts);
        else if (peak.Verbose) WriteTable(peak, hosts, cluster.LocalHost);
        else
            foreach (var host in hosts) peak.Out.Line(host.Name);
        return ExitCodes.Success;
    }

    private static void WriteTable(Invocation peak, IEnumerable<ClusterHost> hosts, ClusterHost? here)
    {
        var table = new Table("HOST", "HERE", "GROUPS");
        foreach (var host in hosts)
            table.Add(host.Name, host == here ? "yes" : "no", string.Join(' ', host.Groups));
        table.WriteTo(peak.Out);
    }

    private static void WriteJson(Invocation peak, IEnumerable<ClusterHost> hosts)
    {
        if (!peak.Verbose)
        {
            peak.Out.Json(hosts.Select(h => h.Name), JsonDocuments.Default.IEnumerableString);
            return;
        }

        var documents = hosts.Select(h => new HostDocument(h.Name, h.Groups.Select(g => g.Name)));
        peak.Out.Json(documents, JsonDocuments.Default.IEnumerableHostDocument);
    }
}
