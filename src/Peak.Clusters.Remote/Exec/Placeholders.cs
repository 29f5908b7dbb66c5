using System.Globalization;
using System.Text;

namespace Peak.Clusters.Remote.Transports;

/// <summary>What stands for <c>%h</c>, <c>%n</c>, <c>%u</c> and <c>%p</c>.</summary>
internal readonly struct Placeholders(Target target, string? user, int? port)
{
    public string Rank => target.Rank.ToString(CultureInfo.InvariantCulture);

    public string User => user ?? Environment.UserName;

    private string Port => (port ?? 22).ToString(CultureInfo.InvariantCulture);

    /// <summary>The name that would be taken for an option where it is filled in; null where none would.</summary>
    public static string? MakeAnOption(Target target, string? user, IReadOnlyList<string> texts)
    {
        bool host = target.Name.StartsWith('-');
        if (!host && user?.StartsWith('-') != true) return null;
        foreach (string text in texts)
        {
            if (host && text.StartsWith("%h", StringComparison.Ordinal)) return target.Name;
            if (user is ['-', ..] && text.StartsWith("%u", StringComparison.Ordinal)) return user;
        }

        return null;
    }

    /// <summary>Fills each; the very list where there is nothing to fill.</summary>
    public IReadOnlyList<string> Fill(IReadOnlyList<string> texts)
    {
        string[]? filled = null;
        for (int i = 0; i < texts.Count; i++)
        {
            if (!texts[i].Contains('%', StringComparison.Ordinal)) continue;
            filled ??= [.. texts];
            filled[i] = Fill(texts[i]);
        }

        return filled ?? texts;
    }

    /// <summary>Fills one text. Any other <c>%</c> stays as it is.</summary>
    public string Fill(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var filled = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            string? value = text[i] != '%' || i + 1 == text.Length ? null : text[i + 1] switch
            {
                'h' => target.Name,
                'n' => Rank,
                'u' => User,
                'p' => Port,
                '%' => "%",
                _ => null,
            };
            if (value is null)
            {
                filled.Append(text[i]);
                continue;
            }

            filled.Append(value);
            i++;
        }

        return filled.ToString();
    }
}
