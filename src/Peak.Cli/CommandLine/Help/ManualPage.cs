using System.Globalization;
using System.Text;

namespace Peak.Cli.CommandLine.Help;

/// <summary>Help as a page of the manual, in the macros of man(7).</summary>
internal sealed class ManualPage
{
    private readonly StringBuilder _text = new();

    private ManualPage()
    {
    }

    /// <summary>The name of a page: <c>peak-run</c>.</summary>
    public static string NameOf(HelpPage page) => string.Join('-', page.Path);

    /// <summary>Writes a page.</summary>
    /// <param name="page">What it says.</param>
    /// <param name="others">The names of the other pages.</param>
    /// <param name="date">When the command was built.</param>
    public static string Write(HelpPage page, IEnumerable<string> others, DateTime date)
    {
        var manual = new ManualPage();
        string name = NameOf(page), day = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        manual.Macro($"TH {Quoted(name.ToUpperInvariant())} 1 \"{day}\" {Quoted($"peak {Program.Version}")} {Quoted("PEAK Clusters")}");
        manual.Macro("SH NAME");
        manual.Text($"{name} - {page.Summary.TrimEnd('.')}");
        manual.Macro("SH SYNOPSIS");
        manual.Forms(page);
        manual.Macro("SH DESCRIPTION");
        manual.Paragraphs([page.Summary, .. page.Notes]);
        foreach (var section in page.Sections)
        {
            manual.Macro($"SH {Quoted(section.Title.ToUpperInvariant())}");
            manual.Entries(section.Entries);
        }

        foreach (var command in page.Path.Count > 1 ? page.Commands : []) manual.Command(command);
        manual.Macro("SH EXAMPLES");
        manual.Lines(page.Examples);
        manual.Macro($"SH {Quoted("EXIT STATUS")}");
        manual.Entries(page.ExitStatus);
        manual.Macro("SH ENVIRONMENT");
        manual.Entries(page.Variables);
        manual.Macro($"SH {Quoted("SEE ALSO")}");
        manual.Text(string.Join(", ", others.Where(other => other != name).Select(other => $"{other}(1)")));
        return manual._text.ToString();
    }

    private void Command(HelpPage page)
    {
        Macro($"SH {Quoted(string.Join(' ', page.Path).ToUpperInvariant())}");
        Forms(page);
        Macro("PP");
        Paragraphs([page.Summary, .. page.Notes]);
        // What all verbs have stands with the verb.
        foreach (var section in page.Sections.SkipLast(1)) Entries(section.Entries);
    }

    private void Forms(HelpPage page)
    {
        for (int i = 0; i < page.Forms.Count; i++)
        {
            if (i > 0) Macro("br");
            Macro($"B {Quoted(page.Forms[i])}");
        }
    }

    private void Paragraphs(IReadOnlyList<string> paragraphs)
    {
        for (int i = 0; i < paragraphs.Count; i++)
        {
            if (i > 0) Macro("PP");
            Text(paragraphs[i]);
        }
    }

    private void Entries(IReadOnlyList<HelpEntry> entries)
    {
        foreach (var entry in entries)
        {
            Macro("TP");
            Macro($"B {Quoted(entry.Label.Trim())}");
            Text(entry.Text);
        }
    }

    private void Lines(IReadOnlyList<string> lines)
    {
        Macro("nf");
        foreach (string line in lines) Line(Escape(line));
        Macro("fi");
    }

    private void Macro(string words) => _text.Append('.').Append(words).Append('\n');

    private void Text(string text)
    {
        foreach (string line in HelpText.Wrapped(Escape(text), 78)) Line(line);
    }

    // What begins with a dot would be a macro.
    private void Line(string escaped) => _text.Append(escaped.StartsWith('.') ? @"\&" : "").Append(escaped).Append('\n');

    private static string Quoted(string word) => $"\"{Escape(word)}\"";

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '\\' => @"\e",
                '-' => @"\-",
                '\'' => @"\(aq",
                '`' => @"\(ga",
                '^' => @"\(ha",
                '~' => @"\(ti",
                '"' => @"\(dq",
                > '~' => string.Create(CultureInfo.InvariantCulture, $@"\[u{(int)c:X4}]"),
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
