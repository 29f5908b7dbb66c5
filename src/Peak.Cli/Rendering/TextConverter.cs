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
        throw new JsonException(); // without words of ours, the serializer says where
    }

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteText(value);
}
