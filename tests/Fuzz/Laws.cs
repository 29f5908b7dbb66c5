using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;
using Peak.Clusters.Tests.Agreement;

namespace Peak.Clusters.Fuzz;

/// <summary>What holds for every text whatever.</summary>
internal static class Laws
{
    private static readonly HashSet<string> Guards = [.. DiagnosticCatalogue.All.Where(d => d.GuardsAgreement).Select(d => d.Code)];

    public enum Verdict
    {
        Clean,
        LikelyMistakes,
        Warnings,
        Errors,
    }

    public static Verdict Check(byte[] bytes)
    {
        var file = ClusterFile.Parse(bytes);
        IsLossless(file, bytes);
        var diagnostics = file.Diagnostics;
        AreInOrder(diagnostics, bytes.Length);
        string text = ByteString.Of(bytes);
        var cluster = Cluster.FromFile(file, lenient: true);
        Equal(PeakModel.Read(text, asWeDo: true)!.ToString(), Answer.Of(cluster).ToString(), "PEAK and a lenient load differ");

        bool errors = diagnostics.Any(d => d.Severity == Severity.Error);
        var reader = new ClusterModelBuilder(bytes.Length);
        reader.AddLines(bytes);
        True(!errors || reader.NeedsCheck, "the reader overlooks an error");
        // Exceptions are slow: one of several is enough.
        if (!errors || bytes.Length % 16 == 0) True(errors == Refused(file), "errors and a refusal do not go together");
        if (diagnostics.Any(d => Guards.Contains(d.Code))) return errors ? Verdict.Errors : Verdict.Warnings;
        True(Comparison.Difference(text) is not { } difference, "the promise is broken");
        return errors ? Verdict.Errors : diagnostics.Count > 0 ? Verdict.LikelyMistakes : Verdict.Clean;
    }

    private static void IsLossless(ClusterFile file, byte[] bytes)
    {
        True(file.Bytes.Span.SequenceEqual(bytes), "the bytes are others");
        int at = file.HasByteOrderMark ? 3 : 0;
        foreach (var line in file.Lines)
        {
            True(line.Span.Start == at && line.Span.Length > 0, "the lines do not join");
            True(line.Content.Start >= line.Span.Start && line.Content.End <= line.Span.End, "the content is outside the line");
            True(line.Name.Length == 0
                || (line.Name.Start >= line.Content.Start && line.Name.End == line.Content.End), "the name is outside the content");
            at = line.Span.End;
        }

        True(at == bytes.Length, "the lines end early");
    }

    private static void AreInOrder(IReadOnlyList<Diagnostic> diagnostics, int length)
    {
        int at = 0;
        foreach (var diagnostic in diagnostics)
        {
            True(diagnostic.Span.Start >= at && diagnostic.Span.End <= length, $"{diagnostic} is out of place");
            True(diagnostic.ToString().All(c => !char.IsControl(c)), "a message holds a control character");
            at = diagnostic.Span.Start;
        }
    }

    private static bool Refused(ClusterFile file)
    {
        try
        {
            Cluster.FromFile(file);
            return false;
        }
        catch (ClusterFileException)
        {
            return true;
        }
    }

    private static void Equal(string expected, string actual, string what) =>
        True(expected == actual, $"{what}:\n{expected}\nand\n{actual}");

    private static void True(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
