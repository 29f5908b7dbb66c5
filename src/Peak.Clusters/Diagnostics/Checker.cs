using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics.Rules;

namespace Peak.Clusters.Diagnostics;

/// <summary>Runs every rule over a file.</summary>
internal static class Checker
{
    /// <summary>How many diagnostics of one code are listed one by one; one more then says how many are not.</summary>
    public const int MaxPerCode = 1000;

    public static Rule[] Rules { get; } =
    [
        new ControlCharacter(),
        new NotUtf8(),
        new BareCarriageReturn(),
        new HostBeginsWithDash(),
        new WhiteSpaceInHost(),
        new ShellCharacterInHost(),
        new EmptyName(),
        new HostAndGroup(),
        new LumpNamesHost(),
        new ReservedName(),
        new ByteOrderMark(),
        new CarriageReturnLineEnds(),
        new TrailingWhiteSpace(),
        new IndentedLumpMember(),
        new WhiteSpaceAfterColon(),
        new LineTooLong(),
        new KeywordInName(),
        new KeywordInIndentedComment(),
        new HashInName(),
        new NoPropertyName(),
        new NoHost(),
        new OrphansBesideSections(),
        new ListedTwice(),
        new HostInSeveralGroups(),
        new NestedLump(),
        new LumpCycle(),
        new UndefinedMember(),
        new HostBelowLump(),
        new ReopenedSection(),
        new GroupAndLump(),
        new EmptySection(),
        new MisspelledKeyword(),
        new NamesDifferInCase(),
        new HostNameTooLong(),
        new UnprintableComment(),
        new ColonInGroup(),
    ];

    public static IReadOnlyList<Diagnostic> Check(ClusterFile file)
    {
        var index = new FileIndex(file);
        var diagnostics = new List<Diagnostic>();
        foreach (var rule in Rules) Run(rule, index, diagnostics);
        diagnostics.Sort(static (a, b) => (a.Span.Start, a.Span.Length).CompareTo((b.Span.Start, b.Span.Length)) is var order and not 0
            ? order
            : string.CompareOrdinal(a.Code, b.Code));
        return diagnostics.AsReadOnly();
    }

    private static void Run(Rule rule, FileIndex index, List<Diagnostic> diagnostics)
    {
        int count = 0;
        Finding firstUnlisted = default;
        foreach (var finding in rule.Find(index))
        {
            if (count == MaxPerCode) firstUnlisted = finding;
            if (count++ >= MaxPerCode) continue;
            var (message, remedy) = rule.Describe(index, finding);
            Add(finding, message, remedy);
        }

        if (count > MaxPerCode)
            Add(firstUnlisted, $"This and {count - MaxPerCode - 1} more like the {MaxPerCode} before it are not listed one by one.",
                "Mend those first and check again.");

        void Add(Finding finding, string message, string remedy) => diagnostics.Add(new Diagnostic(
            rule.Descriptor.Code,
            rule.Descriptor.Severity,
            index.File.Path,
            finding.Span,
            index.File.GetPosition(finding.Span.Start),
            index.File.GetPosition(finding.Span.End),
            message,
            remedy));
    }
}
