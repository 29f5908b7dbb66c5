using System.CommandLine;
using Peak.Cli.Rendering.Graph;

namespace Peak.Cli.Commands;

/// <summary><c>peak graph</c>: groups, lumps and hosts as a picture.</summary>
internal sealed class GraphCommand : Verb
{
    private readonly Option<string> _format = new("--format")
    {
        Description = "Print mermaid (the default) or dot for a program that draws, or the picture itself as svg.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "mermaid",
    };

    public GraphCommand() : base("graph", "Draw groups, lumps and hosts; of a large cluster, groups with their numbers of hosts.")
    {
        _format.AcceptOnlyFromAmong("mermaid", "dot", "svg");
        Options.Add(_format);
        Examples =
        [
            "peak graph                             for a Markdown page",
            "peak graph --format svg > graph.svg    for a browser",
            "peak graph --format dot | dot -Tpdf    for Graphviz",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        var graph = new ClusterGraph(peak.LoadCluster());
        switch (parse.GetValue(_format))
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

        return ExitCodes.Success;
    }
}
