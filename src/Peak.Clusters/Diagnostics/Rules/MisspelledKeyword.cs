using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>Only <c>GROUP:</c> and <c>LUMP:</c> open a section; all else is a member.</summary>
internal sealed class MisspelledKeyword() : Rule("PEAK032", Severity.Warning, "A keyword seems to be misspelled", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.Lines[i].Kind == ClusterLineKind.Member && MeantIn(file.NameText(i)) is var (_, length))
                yield return new Finding(i, new TextSpan(file.Lines[i].Name.Start, length));
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The line opens no section: {file.Quote(finding.Line)} is a member of the one above.",
        $"To open one, write {MeantIn(file.NameText(finding.Line))!.Value.Keyword}: in capitals at the beginning of the line.");

    // "group:b", "Lump b", "GRUOP:b"; lines with a keyword spelled right are KeywordInName's.
    private static (string Keyword, int Length)? MeantIn(ReadOnlySpan<byte> name)
    {
        int length = name.IndexOfAny((byte)':', (byte)' ', (byte)'\t');
        if (length is < 3 or > 7 || KeywordInName.KeywordIn(name) is not null) return null;
        Span<char> word = stackalloc char[length];
        for (int i = 0; i < length; i++) word[i] = char.ToUpperInvariant((char)name[i]);
        // In front of a space only the keyword itself is one: a host may well be called "clump".
        int allowed = name[length..].TrimStart(" \t"u8) is [(byte)':', ..] ? 1 : 0;
        foreach (string keyword in (ReadOnlySpan<string>)["GROUP", "LUMP"])
            if (Math.Abs(length - keyword.Length) <= allowed && Suggestion.Distance(word, keyword) <= allowed) return (keyword, length);
        return null;
    }
}
