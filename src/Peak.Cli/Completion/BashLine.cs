using System.Text;

namespace Peak.Cli.Completion;

/// <summary>
/// A line of bash up to the cursor, split into words as the shell would, and the way back: candidates quoted so that
/// the shell never expands or runs what is in a name.
/// </summary>
internal sealed class BashLine
{
    private const string Safe = "@%+=:,./_-";
    private readonly List<string> _words = [];
    private readonly string _replaced;
    private readonly char _openQuote;

    /// <param name="line">The line up to the cursor.</param>
    /// <param name="wordBreaks">$COMP_WORDBREAKS: what a reply replaces begins at the last one of these.</param>
    public BashLine(string line, string wordBreaks)
    {
        var word = new StringBuilder();
        int start = 0, keep = 0;
        bool inWord = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (_openQuote == '\0' && c is ' ' or '\t' or '\n')
            {
                if (inWord) _words.Add(word.ToString());
                word.Clear();
                inWord = false;
                start = keep = i + 1;
                continue;
            }

            inWord = true;
            if (_openQuote == '\0' && c is '\'' or '"')
            {
                _openQuote = c;
                keep = i + 1;
            }
            else if (c == _openQuote)
            {
                _openQuote = '\0';
            }
            else if (c == '\\'
                && _openQuote != '\''
                && i + 1 < line.Length
                && (_openQuote == '\0' || line[i + 1] is '$' or '`' or '"' or '\\'))
            {
                word.Append(line[++i]);
            }
            else
            {
                word.Append(c);
                // The two that readline gives a meaning begin what is replaced, all others end what is kept.
                if (_openQuote == '\0' && wordBreaks.Contains(c, StringComparison.Ordinal)) keep = c is '@' or '$' ? i : i + 1;
            }
        }

        _words.Add(word.ToString());
        _replaced = line[start..keep];
    }

    /// <summary>The words after the command's name; the last one is being typed.</summary>
    public IReadOnlyList<string> Words => _words.Count > 1 ? _words[1..] : [""];

    /// <summary>What the shell is to put in place of what it replaces; null where it can't be quoted here.</summary>
    public string? Reply(string candidate)
    {
        if (TerminalText.NeedsEscape(candidate)) return null;
        if (_openQuote != '\0')
        {
            // The text after the quote is replaced; before it may stand some more.
            string typed = _replaced[..^1];
            if (!candidate.StartsWith(typed, StringComparison.Ordinal)) return null;
            string rest = candidate[typed.Length..];
            return _openQuote == '\'' ? (rest.Contains('\'', StringComparison.Ordinal) ? null : rest)
                : rest.Contains('!', StringComparison.Ordinal) ? null : Escape(rest, c => c is '$' or '`' or '"' or '\\');
        }

        string quoted = Escape(
            candidate, c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && !Safe.Contains(c, StringComparison.Ordinal));
        return quoted.StartsWith(_replaced, StringComparison.Ordinal) ? quoted[_replaced.Length..] : null;
    }

    private static string Escape(string text, Func<char, bool> needsIt)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            if (needsIt(c)) escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }
}
