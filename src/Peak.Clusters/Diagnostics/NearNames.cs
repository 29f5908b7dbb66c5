using System.Text;

namespace Peak.Clusters.Diagnostics;

/// <summary>Finds the declared group that a name that is not declared was probably meant to be.</summary>
internal sealed class NearNames(FileIndex file)
{
    private readonly Dictionary<int, int> _found = [];
    private OrderedDictionary<string, int>? _groups;

    // Comparing every name with every group would be quadratic: in a file with so many faults, later ones get no guess.
    private int _comparisonsLeft = 50_000;

    /// <summary>The group whose name is nearest to <paramref name="name"/>, or <see cref="FileIndex.None"/> where none is near.</summary>
    public int Find(int name)
    {
        if (!_found.TryGetValue(name, out int near)) _found.Add(name, near = Search(name));
        return near;
    }

    private int Search(int name)
    {
        _groups ??= new(Enumerable.Range(0, file.Names.Count).Where(file.IsDeclared).Select(id => KeyValuePair.Create(Text(id), id)));
        if (_comparisonsLeft < _groups.Count) return FileIndex.None;
        _comparisonsLeft -= _groups.Count;
        return Suggestion.For(Text(name), _groups.Keys) is { } near ? _groups[near] : FileIndex.None;
    }

    // Each byte is a character here: also a name that is no UTF-8 is near to its like.
    private string Text(int name) => Encoding.Latin1.GetString(file.Names[name]);
}
