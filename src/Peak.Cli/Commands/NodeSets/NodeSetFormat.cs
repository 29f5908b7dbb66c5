using System.Globalization;
using System.Text;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>
/// The format of <c>nodeset -O</c>: a text with one <c>%s</c> (or <c>%-20s</c>, <c>%.3s</c>) for the nodes and <c>%%</c> for a percent
/// sign. With <c>-c</c> it may also be <c>%d</c>.
/// </summary>
internal sealed class NodeSetFormat
{
    private readonly List<(string Text, int Width, bool Left, int? Length, bool Value)> _parts = [];

    private NodeSetFormat()
    {
    }

    /// <summary>Whether it is for a number alone.</summary>
    public bool IsNumber { get; private set; }

    public static NodeSetFormat Plain { get; } = Parse("%s");

    /// <summary>Whether it is the nodes and nothing else.</summary>
    public bool IsPlain => ReferenceEquals(this, Plain) || _parts is [{ Value: true, Width: 0, Length: null }];

    public static NodeSetFormat Parse(string text)
    {
        var format = new NodeSetFormat();
        var literal = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                literal.Append(text[i]);
                continue;
            }

            int start = ++i;
            bool left = i < text.Length && text[i] == '-';
            if (left) i++;
            int width = ReadNumber(text, ref i) ?? 0;
            int? length = null;
            if (i < text.Length && text[i] == '.')
            {
                i++;
                length = ReadNumber(text, ref i) ?? 0;
            }

            switch (i < text.Length ? text[i] : '\0')
            {
                case '%' when i == start:
                    literal.Append('%');
                    break;
                case 's' or 'd':
                    if (format._parts.Exists(p => p.Value))
                        throw CommandFailure.Usage($"nodeset: -O '{text}' has more than one %s; a percent sign is %%");
                    format.IsNumber = text[i] == 'd';
                    format._parts.Add((literal.ToString(), 0, false, null, false));
                    format._parts.Add(("", width, left, length, true));
                    literal.Clear();
                    break;
                default:
                    throw CommandFailure.Usage($"nodeset: -O '{text}': after % must come s, for the nodes, or another %");
            }
        }

        format._parts.Add((literal.ToString(), 0, false, null, false));
        format._parts.RemoveAll(p => !p.Value && p.Text.Length == 0);
        return format._parts.Exists(p => p.Value)
            ? format
            : throw CommandFailure.Usage($"nodeset: -O '{text}' has no %s for the nodes");
    }

    public string Apply(string value)
    {
        var result = new StringBuilder();
        foreach (var part in _parts)
        {
            if (!part.Value)
            {
                result.Append(part.Text);
                continue;
            }

            string cut = part.Length is { } length && length < value.Length ? value[..length] : value;
            result.Append(part.Left ? cut.PadRight(part.Width) : cut.PadLeft(part.Width));
        }

        return result.ToString();
    }

    private static int? ReadNumber(string text, ref int i)
    {
        int start = i;
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        if (i == start) return null;
        return int.TryParse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= 10_000
            ? number
            : throw CommandFailure.Usage($"nodeset: -O '{text}': a width is at most 10000");
    }
}
