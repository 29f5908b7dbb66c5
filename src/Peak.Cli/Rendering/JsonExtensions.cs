using System.Text.Json;

namespace Peak.Cli.Rendering;

/// <summary>What several verbs write as JSON.</summary>
internal static class JsonExtensions
{
    /// <summary>The name of the one member of the object that stands for a text that is no UTF-8.</summary>
    public const string Base64 = "base64";

    /// <summary>Writes a text: a string, or <c>{"base64": "…"}</c> where it has bytes that are no UTF-8.</summary>
    public static void WriteText(this Utf8JsonWriter json, string text)
    {
        if (!ByteText.HasBytes(text))
        {
            json.WriteStringValue(text);
            return;
        }

        json.WriteStartObject();
        json.WriteBase64String(Base64, ByteText.GetBytes(text));
        json.WriteEndObject();
    }

    /// <summary>Writes a member that is a text.</summary>
    public static void WriteText(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
    {
        json.WritePropertyName(name);
        json.WriteText(text);
    }

    /// <summary>Writes an array of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, IEnumerable<string> items)
    {
        json.WriteStartArray();
        foreach (string item in items) json.WriteText(item);
        json.WriteEndArray();
    }
}
