using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Peak.Clusters.Properties;

/// <summary>
/// The dotted name of a property, or of a rule for many: <c>a.b.c</c>; <c>a.b.*</c> and <c>*</c>, wildcards for
/// everything below; <c>a.b?</c>, a default. Case-sensitive, compared ordinally. Immutable.
/// </summary>
/// <remarks>
/// The characters are <c>-+*?!:._</c>, ASCII letters and digits. No part between dots is empty; <c>*</c> is only the
/// whole last part, <c>?</c> only the very last character after something else.
/// </remarks>
public sealed class PropertyName : IEquatable<PropertyName>, IParsable<PropertyName>
{
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("-+*?!:._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly string _name;

    private PropertyName(string name) => _name = name;

    /// <summary>Whether it ends in <c>*</c> and so stands for every name below.</summary>
    public bool IsWildcard => _name[^1] == '*';

    /// <summary>Whether it ends in <c>?</c> and so is asked for last.</summary>
    public bool IsDefault => _name[^1] == '?';

    /// <summary>Whether it is the name of one property: no wildcard, no default.</summary>
    public bool IsPlain => !IsWildcard && !IsDefault;

    /// <summary>
    /// What every name below this one begins with: <c>a.b.</c> for <c>a.b</c>, <c>a.b.*</c> and <c>a.b?</c>; empty for
    /// <c>*</c>.
    /// </summary>
    public string Prefix => IsWildcard ? _name[..^1] : IsDefault ? _name[..^1] + "." : _name + ".";

    /// <summary>Parses a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="FormatException">It is no property name; the message says why.</exception>
    public static PropertyName Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Fault(name) is { } fault ? throw new FormatException(fault) : new PropertyName(name);
    }

    /// <summary>Parses a name.</summary>
    /// <param name="name">The name, or null.</param>
    /// <param name="result">The name, if it is one.</param>
    /// <returns>Whether it is a property name.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out PropertyName? result)
    {
        result = name is not null && Fault(name) is null ? new PropertyName(name) : null;
        return result is not null;
    }

    /// <summary>
    /// Makes a plain name of any text, as PEAK does: each character that has no place in one becomes <c>_</c>, empty
    /// parts vanish.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text has nothing but dots.</exception>
    public static PropertyName Force(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Fault(text) is null && text.AsSpan().IndexOfAny('*', '?') < 0) return new PropertyName(text);
        var name = new System.Text.StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '.' && (name.Length == 0 || name[^1] == '.')) continue;
            bool fits = rune.IsAscii && rune.Value is not ('*' or '?') && Letters.Contains((char)rune.Value);
            name.Append(fits ? (char)rune.Value : '_');
        }

        if (name.Length > 0 && name[^1] == '.') name.Length--;
        return Parse(name.ToString());
    }

    /// <inheritdoc/>
    public bool Equals(PropertyName? other) => other is not null && _name == other._name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PropertyName);

    /// <inheritdoc/>
    public override int GetHashCode() => _name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name as it was parsed.</summary>
    public override string ToString() => _name;

    /// <summary>Whether two names are the same.</summary>
    public static bool operator ==(PropertyName? left, PropertyName? right) => Equals(left, right);

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(PropertyName? left, PropertyName? right) => !Equals(left, right);

    static PropertyName IParsable<PropertyName>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<PropertyName>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out PropertyName result) =>
        TryParse(s, out result);

    private static string? Fault(string name)
    {
        int bad = name.AsSpan().IndexOfAnyExcept(Letters);
        if (bad >= 0)
            return $"A property name has only letters, digits and -+*?!:._; "
                + $"character {bad + 1} of '{TerminalText.Escape(name)}' is another.";
        if (name.Length == 0 || name[0] == '.' || name[^1] == '.' || name.Contains("..", StringComparison.Ordinal))
            return $"A property name has no empty part; '{name}' has one.";
        int star = name.IndexOf('*', StringComparison.Ordinal);
        if (star >= 0 && !(star == name.Length - 1 && (star == 0 || name[star - 1] == '.')))
            return $"In a property name '*' is the whole last part; in '{name}' it is not.";
        int question = name.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0 && !(question == name.Length - 1 && question > 0 && name[question - 1] != '.'))
            return $"In a property name '?' is the last character, after a name; in '{name}' it is not.";
        return null;
    }
}
