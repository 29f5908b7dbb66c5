using System.Text.Json.Serialization;
using Peak.Clusters.Diagnostics;
using static Peak.Cli.Rendering.DiagnosticDocument;

namespace Peak.Cli.Rendering;

/// <summary>
/// Diagnostics as a log of the Static Analysis Results Interchange Format 2.1.0 (an OASIS standard), which code review tools read.
/// The names are those of the standard.
/// </summary>
internal sealed record SarifLog(SarifLog.Run[] Runs)
{
    [JsonPropertyName("$schema"), JsonPropertyOrder(-2)]
    public string Schema { get; } = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    [JsonPropertyOrder(-1)]
    public string Version { get; } = "2.1.0";

    public static SarifLog From(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        string[] rules = [.. diagnostics.Select(d => d.Code).Distinct().Order(StringComparer.Ordinal)];
        var driver = new Driver("peak", Program.Version, rules.Select(RuleOf));
        return new([new(new(driver), "unicodeCodePoints", diagnostics.Select(d => ResultOf(d, Array.IndexOf(rules, d.Code))))]);
    }

    private static Rule RuleOf(string code) => DiagnosticCatalogue.TryGetValue(code, out var descriptor)
        ? new(code) { ShortDescription = new(descriptor.Title), DefaultConfiguration = new(LevelOf(descriptor.Severity)) }
        : new(code);

    private static Result ResultOf(Diagnostic diagnostic, int rule)
    {
        var start = diagnostic.Start;
        var region = new Region(
            start.Line, start.Column, start.Line, EndColumnOf(diagnostic), diagnostic.Span.Start, diagnostic.Span.Length);
        return new(
            diagnostic.Code,
            rule,
            LevelOf(diagnostic.Severity),
            new($"{diagnostic.Message} {diagnostic.Remedy}"),
            [new(new(new(UriOf(diagnostic.Path ?? "")), region))]);
    }

    // Relative paths stay relative: whoever reads the log knows the folder.
    private static string UriOf(string path)
    {
        string escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return path.StartsWith('/') ? "file://" + escaped : escaped;
    }

    internal sealed record Run(Tool Tool, string ColumnKind, IEnumerable<Result> Results);

    internal sealed record Tool(Driver Driver);

    internal sealed record Driver(string Name, string Version, IEnumerable<Rule> Rules);

    internal sealed record Rule(string Id)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Message? ShortDescription { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Configuration? DefaultConfiguration { get; init; }
    }

    internal sealed record Configuration(string Level);

    internal sealed record Result(string RuleId, int RuleIndex, string Level, Message Message, Location[] Locations);

    internal sealed record Message(string Text);

    internal sealed record Location(PhysicalLocation PhysicalLocation);

    internal sealed record PhysicalLocation(ArtifactLocation ArtifactLocation, Region Region);

    internal sealed record ArtifactLocation(string Uri);

    internal sealed record Region(int StartLine, int StartColumn, int EndLine, int EndColumn, int ByteOffset, int ByteLength);
}
