namespace Peak.Cli.CommandLine.Help;

/// <summary>Help as text of 80 columns.</summary>
internal static class HelpText
{
    private const int Columns = 80;
    private const int TextAt = 27;

    public static void Write(Output output, HelpPage page)
    {
        string usage = "Usage: ";
        foreach (string form in page.Forms)
        {
            output.Raw(usage).Raw(form).Line();
            usage = "       ";
        }

        foreach (string paragraph in page.Notes.Prepend(page.Summary))
        {
            output.Line();
            foreach (string line in Wrapped(paragraph, Columns)) output.Raw(line).Line();
        }

        foreach (var section in page.Sections)
        {
            output.Line().Raw(section.Title).Raw(":").Line();
            foreach (var entry in section.Entries) Write(output, entry);
        }

        if (page.Examples.Count > 0) output.Line().Raw("Examples:").Line();
        foreach (string line in page.Examples) output.Raw("  ").Raw(line).Line();
    }

    private static void Write(Output output, HelpEntry entry)
    {
        string label = $"  {entry.Label}";
        bool fits = label.Length <= TextAt - 2;
        output.Raw(label);
        if (!fits) output.Line();
        int at = fits ? label.Length : 0;
        foreach (string line in Wrapped(entry.Text, Columns - TextAt))
        {
            output.Raw(new string(' ', TextAt - at)).Raw(line).Line();
            at = 0;
        }
    }

    /// <summary>The lines of a text whose words may be parted at blanks.</summary>
    public static IEnumerable<string> Wrapped(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length > 0 ? $"{line} {word}" : word;
        }

        yield return line;
    }
}
