using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peak.Cli.Rendering;

/// <summary>Any text in a document of a fixed shape, as <see cref="JsonExtensions.WriteText(Utf8JsonWriter, string)"/> has it.</summary>
internal sealed class TextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        if (reader.TokenType == JsonTokenType.StartObject
            && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(JsonExtensions.Base64)
            && reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out byte[]? bytes)
            && reader.Read() && reader.TokenType == JsonTokenType.EndObject)
            return ByteText.GetString(bytes);
        throw new JsonException("A text is a string, or an object with its bytes in base64.");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteText(value);
}
