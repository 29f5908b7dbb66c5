using System.Globalization;
using System.Text;

namespace Peak.Clusters.Remote.Exec;

/// <summary>What stands for <c>%h</c>, <c>%n</c>, <c>%u</c> and <c>%p</c>.</summary>
internal readonly struct Placeholders(Target target)
{
    public string Rank => target.Rank.ToString(CultureInfo.InvariantCulture);

    public string User => target.User ?? Environment.UserName;

    private string Port => (target.Port ?? 22).ToString(CultureInfo.InvariantCulture);

    /// <summary>The host or user that would be taken for an option where it is filled in; null where none would.</summary>
    public static string? MakeAnOption(Target target, IReadOnlyList<string> texts)
    {
        bool host = target.Host.StartsWith('-'), user = target.User?.StartsWith('-') == true;
        if (!host && !user) return null;
        foreach (string text in texts)
        {
            if (host && text.StartsWith("%h", StringComparison.Ordinal)) return target.Host;
            if (user && text.StartsWith("%u", StringComparison.Ordinal)) return target.User;
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
                'h' => target.Host,
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
