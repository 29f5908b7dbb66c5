using Peak.Clusters;

namespace Peak.Cli;

/// <summary>Columns of text under headings, two spaces apart.</summary>
/// <param name="headings">The heading of each column; one that begins with a space stands at the right, as do numbers.</param>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [[.. headings.Select(h => h.TrimStart())]];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(c => TerminalText.Escape(c))]);

    public void WriteTo(Output output)
    {
        var widths = new int[headings.Length];
        foreach (var row in _rows)
            for (int i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        foreach (var row in _rows)
        {
            int count = row[^1].Length > 0 ? row.Length : row.Length - 1;
            for (int i = 0; i < count; i++)
            {
                if (i > 0) output.Raw("  ");
                bool right = headings[i][0] == ' ', last = i == count - 1;
                output.Raw(right ? row[i].PadLeft(widths[i]) : last ? row[i] : row[i].PadRight(widths[i]));
            }

            output.Line();
        }
    }
}
