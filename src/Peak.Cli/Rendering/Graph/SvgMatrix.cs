using static Peak.Cli.Rendering.Graph.SvgCanvas;

namespace Peak.Cli.Rendering.Graph;

/// <summary>
/// The picture of a cluster whose hosts can be read: a row a host, a column a group, a dot where a group lists a host, a
/// ring where a lump brings it in; brackets below lead from lumps to their members.
/// </summary>
internal static class SvgMatrix
{
    private const double Margin = 24, RowHeight = 24, ColumnWidth = 36, LevelHeight = 16, Radius = 6;

    // Names of groups lean to the right.
    private const double Slope = 50 * Math.PI / 180;

    public static void Write(Output output, ClusterGraph graph)
    {
        var canvas = new SvgCanvas();
        var groups = graph.Groups;
        double nameWidth = new[] { WidthOf(graph.Title) * 1.2, WidthOf(graph.Summary) }
            .Concat(graph.Hosts.Select(h => WidthOf(h.Name))).Max();
        double headLength = groups.Select(g => WidthOf(ClusterGraph.LabelOf(g))).Append(60).Max();
        double left = Margin + nameWidth + 24, top = Margin + (headLength * Math.Sin(Slope)) + 12;
        double bottom = top + (graph.Hosts.Count * RowHeight);
        double right = left + (groups.Count * ColumnWidth);

        canvas.Shape($"<text class=\"title\" x=\"{Margin}\" y=\"{Margin + 14}\">{Escape(graph.Title)}</text>");
        canvas.Shape($"<text class=\"faint\" x=\"{Margin}\" y=\"{Margin + 34}\">{graph.Summary}</text>");
        for (int i = 0; i <= graph.Hosts.Count; i++)
        {
            double y = top + (i * RowHeight);
            canvas.Shape($"<path class=\"row\" d=\"M{Margin} {y:0.#}H{right:0.#}\"/>");
            if (i < graph.Hosts.Count)
                canvas.Shape($"<text x=\"{Margin}\" y=\"{y + 16.5:0.#}\">{Escape(graph.Hosts[i].Name)}</text>");
        }

        var rows = new Dictionary<string, int>();
        foreach (var host in graph.Hosts) rows[host.Name] = rows.Count;
        for (int i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            double x = X(i);
            var direct = graph.HostMembers(group).ToHashSet();
            string label = Escape(ClusterGraph.LabelOf(group));
            canvas.Shape($"<g class=\"c{ColorOf(graph, i)}\">");
            canvas.Shape($"<rect class=\"track\" x=\"{x - 12:0.#}\" y=\"{top:0.#}\" width=\"24\" height=\"{bottom - top:0.#}\" rx=\"6\"/>");
            canvas.Shape($"<text class=\"name\" transform=\"translate({x + 1:0.#} {top - 8:0.#}) rotate(-50)\">{label}</text>");
            foreach (var host in group.Hosts)
            {
                bool isDirect = direct.Contains(host.Name);
                double y = top + ((rows[host.Name] + 0.5) * RowHeight), radius = isDirect ? Radius : Radius - 1;
                string mark = isDirect ? "dot" : "ring", title = $"{Escape(host.Name)} in {label}";
                canvas.Shape($"<circle class=\"{mark}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\"><title>{title}</title></circle>");
            }

            canvas.Shape($"<text class=\"name\" text-anchor=\"middle\" x=\"{x:0.#}\" y=\"{bottom + 19:0.#}\">{group.Hosts.Count}</text>");
            canvas.Shape($"</g>");
        }

        canvas.Shape($"<text class=\"faint\" x=\"{Margin}\" y=\"{bottom + 19:0.#}\">hosts</text>");
        double feet = bottom + 30, deepest = bottom + 26;
        var brackets = Bracket.Of(graph);
        foreach (var bracket in brackets)
        {
            double y = feet + 10 + (bracket.Level * LevelHeight);
            deepest = Math.Max(deepest, y);
            canvas.Shape($"<g class=\"c{ColorOf(graph, bracket.Owner)}\">");
            foreach (int member in bracket.Members)
            {
                double from = X(bracket.Owner), to = X(member), bend = Math.Sign(to - from) * 6;
                canvas.Shape($"""
                    <path class="link" d="M{from:0.#} {feet:0.#}V{y - 6:0.#}q0 6 {bend} 6H{to - bend:0.#}q{bend} 0 {bend} -6V{feet:0.#}"/>
                    """);
                canvas.Shape($"<circle class=\"dot\" cx=\"{to:0.#}\" cy=\"{feet:0.#}\" r=\"2.5\"/>");
            }

            canvas.Shape($"</g>");
        }

        // Above all lines: a lump may be a member of another.
        foreach (var bracket in brackets)
        {
            canvas.Shape($"""
                <g class="c{ColorOf(graph, bracket.Owner)}"><circle class="ring" cx="{X(bracket.Owner):0.#}" cy="{feet:0.#}" r="3.5"/></g>
                """);
        }

        double legend = deepest + 34;
        canvas.Shape($"""
            <g class="c7">
            <circle class="dot" cx="{Margin + 6}" cy="{legend - 4:0.#}" r="5"/>
            <text class="faint" x="{Margin + 18}" y="{legend:0.#}">listed</text>
            <circle class="ring" cx="{Margin + 86}" cy="{legend - 4:0.#}" r="4"/>
            <text class="faint" x="{Margin + 98}" y="{legend:0.#}">through a lump</text>
            </g>
            """);

        double lean = groups.Count == 0 ? 0 : groups.Select((g, i) => X(i) + (WidthOf(ClusterGraph.LabelOf(g)) * Math.Cos(Slope))).Max();
        double width = Math.Max(Math.Max(right, lean), Margin + 210) + Margin;
        canvas.WriteTo(output, width, legend + Margin - 6, graph.Title, graph.Summary);

        double X(int column) => left + ((column + 0.5) * ColumnWidth);
    }

    /// <summary>Orphans are grey; all others take turns.</summary>
    public static int ColorOf(ClusterGraph graph, int group)
    {
        bool orphans = graph.Groups[0].Name == Clusters.Cluster.OrphansName;
        return orphans && group == 0 ? Colors - 1 : (group - (orphans ? 1 : 0)) % (Colors - 1);
    }
}
