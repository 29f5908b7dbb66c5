using static Peak.Cli.Rendering.Graph.SvgCanvas;

namespace Peak.Cli.Rendering.Graph;

/// <summary>
/// The picture of a cluster with too many hosts to read: a row a group, a bar as long as it has hosts; brackets at the
/// left lead from lumps to their members.
/// </summary>
internal static class SvgOverview
{
    private const double Margin = 24, RowHeight = 26, LevelWidth = 12, BarLength = 360;

    public static void Write(Output output, ClusterGraph graph)
    {
        var canvas = new SvgCanvas();
        var groups = graph.Groups;
        var brackets = Bracket.Of(graph);
        int most = Math.Max(1, groups.Max(g => g.Hosts.Count));
        double feet = Margin + (brackets.Count == 0 ? 0 : 14 + (brackets.Max(b => b.Level) * LevelWidth) + 8);
        double nameWidth = groups.Select(g => WidthOf(ClusterGraph.LabelOf(g))).Max();
        double names = feet + (brackets.Count == 0 ? 0 : 12), bars = names + nameWidth + 20, top = Margin + 52;

        canvas.Shape($"<text class=\"title\" x=\"{Margin}\" y=\"{Margin + 14}\">{Escape(graph.Title)}</text>");
        canvas.Shape($"<text class=\"faint\" x=\"{Margin}\" y=\"{Margin + 34}\">{graph.Summary}</text>");
        for (int i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            double y = Y(i), length = BarLength * group.Hosts.Count / most;
            canvas.Shape($"<g class=\"c{SvgMatrix.ColorOf(graph, i)}\">");
            canvas.Shape($"<text class=\"name\" x=\"{names:0.#}\" y=\"{y + 4.5:0.#}\">{Escape(ClusterGraph.LabelOf(group))}</text>");
            canvas.Shape($"<rect class=\"track\" x=\"{bars:0.#}\" y=\"{y - 8:0.#}\" width=\"{BarLength}\" height=\"16\" rx=\"4\"/>");
            if (length > 0)
            {
                string kind = ClusterGraph.IsLump(group) ? "ring" : "bar";
                FormattableString place = $"x=\"{bars:0.#}\" y=\"{y - 8:0.#}\" width=\"{Math.Max(length, 2):0.#}\" height=\"16\"";
                canvas.Shape($"<rect class=\"{kind}\" {place} rx=\"4\"/>");
            }

            canvas.Shape($"<text x=\"{bars + BarLength + 12:0.#}\" y=\"{y + 4.5:0.#}\">{group.Hosts.Count}</text>");
            canvas.Shape($"</g>");
        }

        foreach (var bracket in brackets)
        {
            double x = feet - 14 - (bracket.Level * LevelWidth);
            canvas.Shape($"<g class=\"c{SvgMatrix.ColorOf(graph, bracket.Owner)}\">");
            foreach (int member in bracket.Members)
            {
                double from = Y(bracket.Owner), to = Y(member), bend = Math.Sign(to - from) * 6;
                FormattableString left = $"M{feet:0.#} {from:0.#}H{x + 6:0.#}q-6 0 -6 {bend}";
                FormattableString alongAndRight = $"V{to - bend:0.#}q0 {bend} 6 {bend}H{feet:0.#}";
                canvas.Shape($"<path class=\"link\" d=\"{left}{alongAndRight}\"/>");
                canvas.Shape($"<circle class=\"dot\" cx=\"{feet:0.#}\" cy=\"{to:0.#}\" r=\"2.5\"/>");
            }

            canvas.Shape($"</g>");
        }

        // Above all lines: a lump may be a member of another.
        foreach (var bracket in brackets)
        {
            FormattableString ring = $"<circle class=\"ring\" cx=\"{feet:0.#}\" cy=\"{Y(bracket.Owner):0.#}\" r=\"3.5\"/>";
            canvas.Shape($"<g class=\"c{SvgMatrix.ColorOf(graph, bracket.Owner)}\">{ring}</g>");
        }

        double width = bars + BarLength + 24 + (CharacterWidth * $"{most}".Length) + Margin;
        canvas.WriteTo(output, width, Y(groups.Count) + Margin - 10, graph.Title, graph.Summary);

        double Y(int row) => top + ((row + 0.5) * RowHeight);
    }
}
