using System.Text;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>The separator of <c>nodeset -S</c>, with the escapes of a string in C.</summary>
internal static class NodeSetSeparator
{
    /// <exception cref="CommandFailure">There is no such escape.</exception>
    public static string Parse(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 == text.Length && text[i] == '\\') throw NodeSetFailure.Usage(@"-S ends with a backslash alone; write \\ for one");
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            result.Append(text[++i] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                'a' => '\a',
                'b' => '\b',
                'f' => '\f',
                'v' => '\v',
                '\\' => '\\',
                '\'' => '\'',
                '"' => '"',
                var other => throw NodeSetFailure.Usage($"-S has '\\{other}'; \\n \\t \\r \\0 \\a \\b \\f \\v and \\\\ are understood"),
            });
        }

        return result.ToString();
    }
}
