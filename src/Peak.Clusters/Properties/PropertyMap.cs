using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Peak.Clusters.Properties;

/// <summary>
/// Properties by name: rules under names, loaded on demand, with a parent map to fall back on. Safe for any number of readers;
/// rules may be added meanwhile.
/// </summary>
/// <remarks>
/// Asked for <c>a.b.c</c>, a map looks for rules under <c>a.b.c</c>, <c>a.b.*</c>, <c>a.*</c>, <c>*</c>, then
/// <c>a.b.c</c> once more (a wildcard's rule may just have defined it), then <c>a.b.c?</c>; then it asks its parent.
/// The first rule that gives a value ends the search. A rule that has been read can't be replaced, so no reader holds a
/// stale answer unknowingly.
/// </remarks>
/// <param name="parent">The map to ask for what this one doesn't find; none by default.</param>
public sealed class PropertyMap(PropertyMap? parent = null)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly Lock _writing = new();

    // One for all loads of a map: two loads that ask for each other's properties then can't block each other.
    private readonly Lock _loading = new();

    /// <summary>The value of a property.</summary>
    /// <param name="name">A plain name.</param>
    /// <exception cref="KeyNotFoundException">No rule gives a value.</exception>
    /// <exception cref="FormatException"><paramref name="name"/> is no plain property name.</exception>
    public PropertyValue this[string name] =>
        TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"There is no property '{TerminalText.Escape(name)}'.");

    /// <summary>Looks for the value of a property. What a rule throws reaches the caller.</summary>
    /// <param name="name">A plain name.</param>
    /// <param name="value">The value, if there is one.</param>
    /// <returns>Whether a rule gives a value.</returns>
    /// <exception cref="FormatException"><paramref name="name"/> is no plain property name.</exception>
    public bool TryGetValue(string name, [NotNullWhen(true)] out PropertyValue? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        // A plain name with a rule of its own is all that most readers ask for.
        value = name is [.., not ('*' or '?')] ? Ask(name, name) : null;
        if (value is null && (value = Search(name)) is null) parent?.TryGetValue(name, out value);
        return value is not null;
    }

    /// <summary>Sets a rule that always gives the same value.</summary>
    /// <param name="name">A name of any kind.</param>
    /// <param name="value">The value.</param>
    /// <returns>This map.</returns>
    /// <exception cref="FormatException"><paramref name="name"/> is no property name.</exception>
    /// <exception cref="InvalidOperationException">A rule of this name has been read.</exception>
    public PropertyMap Set(string name, PropertyValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Set(PropertyName.Parse(name), (_, _) => value);
    }

    /// <summary>Sets a rule.</summary>
    /// <param name="name">A name of any kind.</param>
    /// <param name="rule">The rule; readers of any thread call it, each time they ask.</param>
    /// <returns>This map.</returns>
    /// <exception cref="InvalidOperationException">A rule of this name has been read.</exception>
    public PropertyMap Set(PropertyName name, PropertyRule rule)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(rule);
        return Define(name.ToString(), new Entry { Rule = rule });
    }

    /// <summary>
    /// Sets a load that runs once, when the first property below <paramref name="name"/> is asked for and not found; it
    /// usually sets rules below that name. A load that throws may be tried again by the next reader.
    /// </summary>
    /// <param name="name">A wildcard name.</param>
    /// <param name="load">
    /// The load. One runs at a time; other readers wait for it. What it asks for below its own name is found only if it
    /// has a rule already.
    /// </param>
    /// <returns>This map.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is no wildcard.</exception>
    /// <exception cref="InvalidOperationException">A rule of this name has been read.</exception>
    public PropertyMap LoadOnDemand(PropertyName name, Action<PropertyMap> load)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(load);
        if (!name.IsWildcard) throw new ArgumentException($"'{name}' is no wildcard; a load stands under one.", nameof(name));
        return Define(name.ToString(), new Entry { Load = load });
    }

    /// <summary>The properties below a name, seen as a dictionary.</summary>
    /// <param name="prefix">A name of any kind: <c>a.b</c>, <c>a.b.*</c> and <c>a.b?</c> mean the same.</param>
    /// <exception cref="FormatException"><paramref name="prefix"/> is no property name.</exception>
    public PropertyNamespace Namespace(string prefix) => new(this, PropertyName.Parse(prefix));

    /// <summary>Whether a rule of exactly this name is set here; nothing is loaded or marked as read.</summary>
    internal bool Defines(string name) => _entries.ContainsKey(name);

    /// <summary>The plain names set below a prefix, in the order in which they were first set, the parent's last.</summary>
    internal IReadOnlyList<string> NamesBelow(string prefix)
    {
        foreach (var (name, entry) in _entries)
            if (entry.Load is not null && Overlaps(name, prefix)) Run(entry);
        var names = new List<string>();
        lock (_writing)
        {
            foreach (string name in _order)
                if (name.StartsWith(prefix, StringComparison.Ordinal) && name[^1] is not ('*' or '?')) names.Add(name);
        }

        if (parent is not null) names.AddRange(parent.NamesBelow(prefix).Except(names).ToArray());
        return names;
    }

    private static bool Overlaps(string wildcard, string prefix)
    {
        var below = wildcard.AsSpan(0, wildcard.Length - 1);
        return prefix.AsSpan().StartsWith(below) || below.StartsWith(prefix);
    }

    private PropertyValue? Search(string name)
    {
        if (!PropertyName.Parse(name).IsPlain) throw new FormatException($"'{TerminalText.Escape(name)}' stands for no single property.");
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
            if (Ask(string.Concat(name.AsSpan(0, dot), ".*"), name) is { } below) return below;
        return Ask("*", name) ?? Ask(name, name) ?? Ask(name + "?", name);
    }

    private PropertyValue? Ask(string key, string name)
    {
        if (!_entries.TryGetValue(key, out var entry)) return null;
        if (entry.Load is not null)
        {
            Run(entry);
            return null;
        }

        entry.Read = true;
        return entry.Rule!(this, name);
    }

    private void Run(Entry entry)
    {
        if (entry.State == LoadState.Done) return;
        lock (_loading)
        {
            // Not waiting: another reader has just run it, or it asks itself for something below its own name.
            if (entry.State != LoadState.Waiting) return;
            entry.State = LoadState.Running;
            try
            {
                entry.Read = true;
                entry.Load!(this);
                entry.State = LoadState.Done;
            }
            finally
            {
                if (entry.State == LoadState.Running) entry.State = LoadState.Waiting;
            }
        }
    }

    private PropertyMap Define(string name, Entry entry)
    {
        lock (_writing)
        {
            if (!_entries.TryGetValue(name, out var old))
                _order.Add(name);
            else if (old.Read)
                throw new InvalidOperationException(
                    $"The rule of property '{name}' has been read and can't be replaced; set it before the first reader.");
            _entries[name] = entry;
        }

        return this;
    }

    private enum LoadState
    {
        Waiting,
        Running,
        Done,
    }

    private sealed class Entry
    {
        public PropertyRule? Rule;
        public Action<PropertyMap>? Load;
        public volatile bool Read;
        public volatile LoadState State;
    }
}
