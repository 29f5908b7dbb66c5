using System.Text.Json;

namespace Peak.Cli.Rendering;

/// <summary>What several verbs write as JSON.</summary>
internal static class JsonExtensions
{
    /// <summary>Writes a property that is an array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> items)
    {
        json.WritePropertyName(name);
        json.WriteStrings(items);
    }

    /// <summary>Writes an array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, IEnumerable<string> items)
    {
        json.WriteStartArray();
        foreach (string item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
