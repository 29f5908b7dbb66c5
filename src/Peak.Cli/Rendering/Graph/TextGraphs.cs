namespace Peak.Cli.Rendering.Graph;

/// <summary>The graph as text for programs that draw.</summary>
internal static class TextGraphs
{
    /// <summary>Writes a Mermaid flowchart.</summary>
    public static void WriteMermaid(Output output, ClusterGraph graph)
    {
        output.Raw("flowchart LR").Line();
        Walk(
            graph,
            (id, label, group) => output
                .Raw(ClusterGraph.IsLump(group) ? $"  {id}{{{{\"{Escape(label)}\"}}}}" : $"  {id}([\"{Escape(label)}\"])")
                .Line(),
            (id, label) => output.Raw($"  {id}[\"{Escape(label)}\"]").Line(),
            (from, to) => output.Raw($"  {from} --> {to}").Line());

        // Mermaid reads # and ; as its own character codes.
        static string Escape(string text)
        {
            var escaped = new System.Text.StringBuilder();
            foreach (char c in TerminalText.Escape(text))
                if (c is '"' or '#' or ';' or '<' or '>' or '&' or '`' or '\\') escaped.Append($"#{(int)c};");
                else escaped.Append(c);
            return escaped.ToString();
        }
    }

    /// <summary>Writes Graphviz's language.</summary>
    public static void WriteDot(Output output, ClusterGraph graph)
    {
        output.Raw($"digraph {Quote(graph.Title)} {{").Line();
        output.Raw("  rankdir=LR; node [fontname=\"monospace\", fontsize=11];").Line();
        Walk(
            graph,
            (id, label, group) => output
                .Raw($"  {id} [label={Quote(label)}, shape={(ClusterGraph.IsLump(group) ? "hexagon" : "ellipse")}];")
                .Line(),
            (id, label) => output.Raw($"  {id} [label={Quote(label)}, shape=box];").Line(),
            (from, to) => output.Raw($"  {from} -> {to};").Line());
        output.Raw("}").Line();

        static string Quote(string text) =>
            "\""
            + TerminalText.Escape(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            + "\"";
    }

    private static void Walk(
        ClusterGraph graph, Action<string, string, HostGroup> group, Action<string, string> host, Action<string, string> edge)
    {
        for (int i = 0; i < graph.Groups.Count; i++)
        {
            var at = graph.Groups[i];
            string label = ClusterGraph.LabelOf(at);
            group($"g{i}", graph.HasHosts ? label : $"{label} ({ClusterGraph.Count(at.Hosts.Count, "host")})", at);
        }

        var hosts = new Dictionary<string, string>();
        if (graph.HasHosts)
        {
            foreach (var at in graph.Hosts)
            {
                hosts[at.Name] = $"h{hosts.Count}";
                host(hosts[at.Name], at.Name);
            }
        }

        for (int i = 0; i < graph.Groups.Count; i++)
        {
            foreach (int member in graph.GroupMembers(graph.Groups[i])) edge($"g{i}", $"g{member}");
            if (!graph.HasHosts) continue;
            foreach (string member in graph.HostMembers(graph.Groups[i]))
                if (hosts.TryGetValue(member, out string? id)) edge($"g{i}", id);
        }
    }
}
