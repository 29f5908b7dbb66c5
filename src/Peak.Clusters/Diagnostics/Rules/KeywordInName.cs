using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>ClusterIt looks for the keywords anywhere in a line.</summary>
internal sealed class KeywordInName() : Rule("PEAK017", Severity.Warning, "A name contains GROUP or LUMP", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
        {
            if (file.NameOf(i) == FileIndex.None) continue;
            var name = file.Lines[i].Name;
            if (KeywordIn(file.Text(name)) is var (at, length)) yield return new Finding(i, new TextSpan(name.Start + at, length));
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding)
    {
        string keyword = TerminalText.Quote(file.Text(finding.Span))[1..^1];
        if (file.Lines[finding.Line].IsSection)
            return ($"The name {file.Quote(finding.Line)} contains {keyword}, and ClusterIt looks for the keyword anywhere in a line.",
                "Use another name, or write it in lower case.");
        return file.NameText(finding.Line).Contains((byte)':')
            ? ($"ClusterIt takes this line for the beginning of a section, because it contains {keyword}; "
                + $"to PEAK it is the member {file.Quote(finding.Line)}.",
                $"To open a section, begin the line with {keyword}: in capitals and without a space; else use another name.")
            : ($"ClusterIt crashes on {file.Quote(finding.Line)}, because it contains {keyword} and no colon.",
                $"To open a section, write {keyword}:name; else use another name.");
    }

    /// <summary>Where a keyword stands in a text.</summary>
    public static (int At, int Length)? KeywordIn(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("GROUP"u8) is >= 0 and var group) return (group, 5);
        return text.IndexOf("LUMP"u8) is >= 0 and var lump ? (lump, 4) : null;
    }
}
