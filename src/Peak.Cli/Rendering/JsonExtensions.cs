using System.Text.Json;

namespace Peak.Cli.Rendering;

/// <summary>What several verbs write as JSON.</summary>
internal static class JsonExtensions
{
    /// <summary>Writes an array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, IEnumerable<string> items)
    {
        json.WriteStartArray();
        foreach (string item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
