using System.Text.Json.Serialization;

namespace FleetStatus;

/// <summary>All that the page shows.</summary>
public sealed record Fleet(
    long Version,
    DateTimeOffset Since,
    string? File,
    string HostName,
    string? LocalHost,
    string[] MyGroups,
    FleetGroup[] Groups,
    string? Problem,
    FleetDiagnostic[] Diagnostics,
    string Watched,
    Member[] Members);

public sealed record FleetGroup(string Name, bool IsLump, string[] Hosts);

public sealed record FleetDiagnostic(string Code, string Severity, int Line, int Column, string Message, string Remedy);

/// <summary>A member of the watched group and how it answered last.</summary>
public sealed record Member(string Host, bool? Up, double? Milliseconds, string? Fault);

public sealed record WhoAmI(string Host, int Process);

public sealed record PrometheusTargets(string[] Targets, Dictionary<string, string> Labels);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Fleet))]
[JsonSerializable(typeof(WhoAmI))]
[JsonSerializable(typeof(List<PrometheusTargets>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(string))]
internal sealed partial class FleetJson : JsonSerializerContext;
