using System.Text.Json.Serialization;
using Peak.Cli.State;
using Peak.Clusters.Properties;

namespace Peak.Cli.Rendering;

/// <summary>How documents of a fixed shape become JSON, and back: code for each of them, made by the compiler.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    Converters = [typeof(TextConverter), typeof(PropertyValueConverter)])]
[JsonSerializable(typeof(IEnumerable<string>))]
[JsonSerializable(typeof(IEnumerable<HostDocument>))]
[JsonSerializable(typeof(IEnumerable<GroupDocument>))]
[JsonSerializable(typeof(IEnumerable<GroupNodesDocument>))]
[JsonSerializable(typeof(Dictionary<string, PropertyValue>))]
[JsonSerializable(typeof(IEnumerable<DiagnosticDocument>))]
[JsonSerializable(typeof(SarifLog))]
[JsonSerializable(typeof(LastRun))]
[JsonSerializable(typeof(IEnumerable<LastRun>))]
internal sealed partial class JsonDocuments : JsonSerializerContext;
