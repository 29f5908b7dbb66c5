namespace Peak.Clusters.Properties;

/// <summary>The value of a property: a text, or an ordered tuple of texts. Immutable; equal by content.</summary>
public sealed class PropertyValue : IEquatable<PropertyValue>
{
    /// <summary>Makes a text.</summary>
    /// <param name="text">The text.</param>
    public PropertyValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Items = [text];
    }

    /// <summary>Makes a tuple.</summary>
    /// <param name="items">The texts in order; the list must not change any more.</param>
    public PropertyValue(IReadOnlyList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        Items = items;
        IsTuple = true;
    }

    /// <summary>Whether it is a tuple, which may be empty or have one item.</summary>
    public bool IsTuple { get; }

    /// <summary>The items of the tuple; for a text, the text alone.</summary>
    public IReadOnlyList<string> Items { get; }

    /// <inheritdoc/>
    public bool Equals(PropertyValue? other) =>
        other is not null && IsTuple == other.IsTuple && Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PropertyValue);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Items.Count, Items.Count == 0 ? null : Items[0]);

    /// <summary>The text, or the tuple as <c>("odd", "prime")</c>; quotes and backslashes in items are escaped.</summary>
    public override string ToString() => IsTuple ? "(" + string.Join(", ", Items.Select(Quote)) + ")" : Items[0];

    /// <summary>Takes a text as a value.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator PropertyValue(string text) => new(text);

    private static string Quote(string item) =>
        "\"" + item.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
