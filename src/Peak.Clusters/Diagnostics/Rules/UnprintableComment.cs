using System.Buffers;
using System.Text;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>Such characters can make a terminal show another file than the one that is read.</summary>
internal sealed class UnprintableComment()
    : Rule("PEAK035", Severity.Warning, "A comment holds characters that cannot be shown", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            if (line.Kind == ClusterLineKind.Comment && Find(file.Text(line.Content)) is { } span)
                yield return new Finding(i, new TextSpan(line.Content.Start + span.Start, span.Length));
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"The comment holds {TerminalText.Quote(file.Text(finding.Span))}, "
        + "which may make a terminal show something else than the file has.",
        "Remove it, and save the file as UTF-8.");

    private static TextSpan? Find(ReadOnlySpan<byte> comment)
    {
        if (!comment.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return null;
        for (int at = 0, length; at < comment.Length; at += length)
        {
            bool decoded = Rune.DecodeFromUtf8(comment[at..], out var rune, out length) == OperationStatus.Done;
            // A form feed is a page break, and a carriage return has a rule of its own.
            if (!decoded || (rune.Value is not ('\t' or '\r' or '\f' or '\v') && TerminalText.IsInvisible(rune)))
                return new TextSpan(at, length);
        }

        return null;
    }
}
