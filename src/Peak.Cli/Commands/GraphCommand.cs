using System.CommandLine;
using Peak.Cli.Graph;

namespace Peak.Cli.Commands;

/// <summary><c>peak graph</c>: groups, lumps and hosts as a picture.</summary>
internal static class GraphCommand
{
    public static Command Create()
    {
        var format = new Option<string>("--format")
        {
            Description = "Print mermaid or dot for a program that draws, or the picture itself as svg.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "mermaid",
        };
        format.AcceptOnlyFromAmong("mermaid", "dot", "svg");
        var command = new Command("graph", "Draw groups, lumps and hosts; of a large cluster, groups with their numbers of hosts.") { format };
        command.AddExamples(
            "peak graph                             for a Markdown page",
            "peak graph --format svg > graph.svg    for a browser",
            "peak graph --format dot | dot -Tpdf    for Graphviz");
        command.Runs((peak, parse) => Run(peak, parse.GetValue(format)!));
        return command;
    }

    private static int Run(Invocation peak, string format)
    {
        var graph = new ClusterGraph(peak.LoadCluster());
        switch (format)
        {
            case "dot":
                TextGraphs.WriteDot(peak.Out, graph);
                break;
            case "svg" when graph.HasHosts:
                SvgMatrix.Write(peak.Out, graph);
                break;
            case "svg":
                SvgOverview.Write(peak.Out, graph);
                break;
            default:
                TextGraphs.WriteMermaid(peak.Out, graph);
                break;
        }

        return ExitCodes.Fine;
    }
}
