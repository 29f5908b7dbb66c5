using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>A CR that ends no line, as in files from old Macs: it looks like a line end and is none.</summary>
internal sealed class BareCarriageReturn()
    : Rule("PEAK003", Severity.Error, "A carriage return stands inside a name or comment", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        if (!file.File.Bytes.Span.Contains((byte)'\r')) yield break;
        for (int i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            var said = line.Kind == ClusterLineKind.Comment ? line.Content : line.Name;
            int at = file.Text(said).IndexOf((byte)'\r');
            if (at >= 0) yield return new Finding(i, new TextSpan(said.Start + at, 1));
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        "A carriage return stands inside the line; it may be meant to end it, but only a line feed does.",
        "Convert the line ends, for example with: tr '\\r' '\\n'.");
}
