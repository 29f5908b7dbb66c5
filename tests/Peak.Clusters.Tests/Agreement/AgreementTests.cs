using CsCheck;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>The promise of the checker: a file without a diagnostic means the same to PEAK, to ClusterIt and to us.</summary>
public class AgreementTests
{
    // Rules that stay when all that guard the promise are dropped.
    private static readonly HashSet<string> LikelyMistakes =
        [.. DiagnosticCatalogue.All.Where(d => !d.GuardsAgreement).Select(d => d.Code)];

    [Fact]
    public void A_file_without_a_diagnostic_means_the_same_to_all_three() =>
        NastyText.Files.Sample(text => Codes(text).Count > 0 || Comparison.Difference(text) is null, iter: 20_000);

    [Fact]
    public void Files_without_a_diagnostic_are_not_rare()
    {
        int clean = 0;
        NastyText.Files.Sample(text => { if (Codes(text).Count == 0) Interlocked.Increment(ref clean); }, iter: 2000);
        Assert.True(clean > 100, $"Only {clean} of 2000 files had none.");
    }

    [Fact]
    public void Rules_that_find_likely_mistakes_do_not_guard_the_promise() =>
        NastyText.Files.Sample(text => !Codes(text).IsSubsetOf(LikelyMistakes) || Comparison.Difference(text) is null, iter: 20_000);

    public static TheoryData<string> GuardingCodes => [.. Guards];

    private static readonly HashSet<string> Guards = [.. DiagnosticCatalogue.All.Where(d => d.GuardsAgreement).Select(d => d.Code)];

    // Files that only one of the guarding rules objects to, and on which the three differ.
    private static readonly Lazy<Dictionary<string, string>> Witnesses = new(FindWitnesses);

    [Theory]
    [MemberData(nameof(GuardingCodes))]
    public void Without_this_rule_the_promise_would_be_broken(string code) => Assert.Contains(code, Witnesses.Value.Keys);

    private static Dictionary<string, string> FindWitnesses()
    {
        var witnesses = new Dictionary<string, string>();
        for (int i = 0; i < 1000 && witnesses.Count < Guards.Count; i++)
        {
            foreach (string text in NastyText.Files.Array[1000].Single())
            {
                var codes = Codes(text);
                codes.ExceptWith(LikelyMistakes);
                if (codes.Count == 1 && !witnesses.ContainsKey(codes.Single()) && Comparison.Difference(text) is not null)
                    witnesses.Add(codes.Single(), text);
            }
        }

        return witnesses;
    }

    [Fact]
    public void A_lenient_load_has_the_meaning_of_PEAK() => NastyText.Files.Sample(text =>
    {
        var cluster = Cluster.FromFile(ClusterFile.Parse(ByteString.Bytes(text)), lenient: true);
        Assert.Equal(PeakModel.Read(text, asWeDo: true)!.ToString(), Answer.Of(cluster).ToString());
    }, iter: 10_000);

    [Fact]
    public void What_the_reader_calls_plain_has_no_error() => NastyText.Files.Sample(text =>
    {
        byte[] bytes = ByteString.Bytes(text);
        var reader = new ClusterModelBuilder(bytes.Length);
        reader.AddLines(bytes);
        if (!reader.NeedsCheck) Assert.DoesNotContain(ClusterFile.Parse(bytes).Diagnostics, d => d.Severity == Severity.Error);
    }, iter: 20_000);

    private static HashSet<string> Codes(string text) =>
        [.. ClusterFile.Parse(ByteString.Bytes(text)).Diagnostics.Select(d => d.Code)];
}
