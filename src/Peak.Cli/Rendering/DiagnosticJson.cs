using System.Text.Json;
using Peak.Clusters.Diagnostics;

namespace Peak.Cli.Rendering;

/// <summary>Diagnostics for programs.</summary>
internal static class DiagnosticJson
{
    /// <summary>Writes an array of objects.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Diagnostic> diagnostics)
    {
        json.WriteStartArray();
        foreach (var diagnostic in diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, diagnostic.Code);
            json.WriteString("severity"u8, Level(diagnostic.Severity));
            json.WriteString("file"u8, diagnostic.Path);
            json.WriteNumber("line"u8, diagnostic.Start.Line);
            json.WriteNumber("column"u8, diagnostic.Start.Column);
            json.WriteNumber("endColumn"u8, EndColumn(diagnostic));
            json.WriteString("message"u8, diagnostic.Message);
            json.WriteString("help"u8, diagnostic.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a log of the Static Analysis Results Interchange Format 2.1.0 (an OASIS standard).</summary>
    public static void WriteSarif(Utf8JsonWriter json, IReadOnlyList<Diagnostic> diagnostics)
    {
        json.WriteStartObject();
        json.WriteString("$schema"u8, "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version"u8, "2.1.0");
        json.WriteStartArray("runs"u8);
        json.WriteStartObject();
        json.WriteStartObject("tool"u8);
        json.WriteStartObject("driver"u8);
        json.WriteString("name"u8, "peak");
        json.WriteString("version"u8, Program.Version);
        json.WriteStartArray("rules"u8);
        var rules = diagnostics.Select(d => d.Code).Distinct().Order(StringComparer.Ordinal).ToArray();
        foreach (string rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, rule);
            if (DiagnosticCatalogue.TryGetValue(rule, out var descriptor))
            {
                json.WriteStartObject("shortDescription"u8);
                json.WriteString("text"u8, descriptor.Title);
                json.WriteEndObject();
                json.WriteStartObject("defaultConfiguration"u8);
                json.WriteString("level"u8, Level(descriptor.Severity));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("columnKind"u8, "unicodeCodePoints");
        json.WriteStartArray("results"u8);
        foreach (var diagnostic in diagnostics) WriteResult(json, diagnostic, Array.IndexOf(rules, diagnostic.Code));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Diagnostic diagnostic, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId"u8, diagnostic.Code);
        json.WriteNumber("ruleIndex"u8, rule);
        json.WriteString("level"u8, Level(diagnostic.Severity));
        json.WriteStartObject("message"u8);
        json.WriteString("text"u8, $"{diagnostic.Message} {diagnostic.Remedy}");
        json.WriteEndObject();
        json.WriteStartArray("locations"u8);
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation"u8);
        json.WriteStartObject("artifactLocation"u8);
        json.WriteString("uri"u8, UriOf(diagnostic.Path ?? ""));
        json.WriteEndObject();
        json.WriteStartObject("region"u8);
        json.WriteNumber("startLine"u8, diagnostic.Start.Line);
        json.WriteNumber("startColumn"u8, diagnostic.Start.Column);
        json.WriteNumber("endLine"u8, diagnostic.Start.Line);
        json.WriteNumber("endColumn"u8, EndColumn(diagnostic));
        json.WriteNumber("byteOffset"u8, diagnostic.Span.Start);
        json.WriteNumber("byteLength"u8, diagnostic.Span.Length);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity == Severity.Error ? "error" : "warning";

    // A diagnostic that goes on after its line is shown on its first line only.
    private static int EndColumn(Diagnostic diagnostic) =>
        diagnostic.End.Line == diagnostic.Start.Line ? diagnostic.End.Column : diagnostic.Start.Column + 1;

    // Relative paths stay relative: whoever reads the log knows the folder.
    private static string UriOf(string path)
    {
        string escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return path.StartsWith('/') ? "file://" + escaped : escaped;
    }
}
