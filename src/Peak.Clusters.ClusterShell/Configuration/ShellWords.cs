using System.Text;

namespace Peak.Clusters.ClusterShell.Configuration;

/// <summary>Splits a text into words as a shell does: white space parts them, quotes and backslashes keep it.</summary>
internal static class ShellWords
{
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
                continue;
            }

            word ??= new();
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '\'' or '"') quote = c;
            else if (c == '\\' && quote != '\'' && i + 1 < text.Length) word.Append(text[++i]);
            else word.Append(c);
        }

        if (word is not null) words.Add(word.ToString());
        return words;
    }
}
