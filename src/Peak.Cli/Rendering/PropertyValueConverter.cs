using System.Text.Json;
using System.Text.Json.Serialization;
using Peak.Clusters.Properties;

namespace Peak.Cli.Rendering;

/// <summary>A property in JSON: a string, or an array of strings where it is a tuple.</summary>
internal sealed class PropertyValueConverter : JsonConverter<PropertyValue>
{
    public override PropertyValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Properties are only written.");

    public override void Write(Utf8JsonWriter writer, PropertyValue value, JsonSerializerOptions options)
    {
        if (value.IsTuple) writer.WriteTexts(value.Items);
        else writer.WriteText(value.Items[0]);
    }
}
