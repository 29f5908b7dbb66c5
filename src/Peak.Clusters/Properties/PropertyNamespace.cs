using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Peak.Clusters.Properties;

/// <summary>
/// The properties below a name as a read-only dictionary: key <c>c.d</c> of the namespace <c>a.b</c> is the property
/// <c>a.b.c.d</c>. A view: it always shows what its map gives.
/// </summary>
/// <remarks>
/// A key is found by every rule of the map, but only plain names that are set are listed: a wildcard rule has no names
/// to list. Listing runs the loads below the name.
/// </remarks>
public sealed class PropertyNamespace : IReadOnlyDictionary<string, PropertyValue>
{
    private readonly PropertyMap _map;
    private readonly string _prefix;

    internal PropertyNamespace(PropertyMap map, PropertyName name)
    {
        _map = map;
        _prefix = name.Prefix;
    }

    /// <summary>The keys in the order in which the properties were first set.</summary>
    public IEnumerable<string> Keys => _map.NamesBelow(_prefix).Select(name => name[_prefix.Length..]);

    /// <summary>The values in the order of <see cref="Keys"/>.</summary>
    public IEnumerable<PropertyValue> Values => this.Select(pair => pair.Value);

    /// <summary>The number of keys.</summary>
    public int Count => _map.NamesBelow(_prefix).Count;

    /// <summary>The value of a property below the name.</summary>
    /// <param name="key">The rest of its name.</param>
    /// <exception cref="KeyNotFoundException">There is no such property.</exception>
    /// <exception cref="FormatException"><paramref name="key"/> is no property name.</exception>
    public PropertyValue this[string key] => _map[_prefix + key];

    /// <summary>Whether there is a property below the name.</summary>
    /// <param name="key">The rest of its name.</param>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>Looks for a property below the name.</summary>
    /// <param name="key">The rest of its name.</param>
    /// <param name="value">Its value, if there is one.</param>
    /// <returns>Whether there is one; false for a key that is no property name.</returns>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out PropertyValue value)
    {
        value = null;
        return PropertyName.TryParse(_prefix + key, out var name) && name.IsPlain && _map.TryGetValue(name.ToString(), out value);
    }

    /// <summary>A namespace below this one.</summary>
    /// <param name="name">The rest of its name.</param>
    /// <exception cref="FormatException"><paramref name="name"/> is no property name.</exception>
    public PropertyNamespace Namespace(string name) => _map.Namespace(_prefix + name);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, PropertyValue>> GetEnumerator()
    {
        foreach (string key in Keys)
            if (TryGetValue(key, out var value)) yield return new(key, value);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
