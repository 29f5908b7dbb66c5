using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>ClusterIt reads what is beyond 1,023 bytes as a line of its own.</summary>
internal sealed class LineTooLong() : Rule("PEAK016", Severity.Warning, "A line is longer than 1,023 bytes", guardsAgreement: true)
{
    /// <summary>ClusterIt reads lines into a buffer of 1,024 bytes that a C string must fit into.</summary>
    public const int MaxLength = 1023;

    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.Lines[i].Span.Length > MaxLength && LengthOf(file, i) > MaxLength)
                yield return new Finding(i, new TextSpan(file.Lines[i].Span.Start + MaxLength, LengthOf(file, i) - MaxLength));
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The line is {LengthOf(file, finding.Line)} bytes long, and ClusterIt reads what is beyond {MaxLength} as a line of its own.",
        file.Lines[finding.Line].Kind == ClusterLineKind.Comment ? "Break the comment into several lines." : "Shorten it.");

    /// <summary>The length of a line without its line feed.</summary>
    public static int LengthOf(FileIndex file, int line)
    {
        var text = file.Text(file.Lines[line].Span);
        return text.Length > 0 && text[^1] == '\n' ? text.Length - 1 : text.Length;
    }
}
