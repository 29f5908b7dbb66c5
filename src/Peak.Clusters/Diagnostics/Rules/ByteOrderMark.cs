using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>PEAK and ClusterIt take the mark for the beginning of the first name.</summary>
internal sealed class ByteOrderMark() : Rule("PEAK011", Severity.Warning, "The file begins with a byte-order mark", guardsAgreement: true)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        if (file.File.HasByteOrderMark) yield return new Finding(0, new TextSpan(0, 3));
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        "The file begins with a byte-order mark, which PEAK and ClusterIt take for a part of the first line.",
        "Save the file as UTF-8 without a byte-order mark.");
}
