using System.Text;

namespace Peak.Clusters.Diagnostics;

/// <summary>Finds the declared group that a name that is not declared was probably meant to be.</summary>
internal sealed class NearNames(FileIndex file)
{
    private readonly Dictionary<int, int> _found = [];
    private List<(int Name, string Text)>? _groups;

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
        _groups ??= [.. Enumerable.Range(0, file.Names.Count).Where(file.IsDeclared).Select(id => (id, Text(id)))];
        if (_comparisonsLeft < _groups.Count) return FileIndex.None;
        _comparisonsLeft -= _groups.Count;
        string text = Text(name);
        if (text.Length > 64) return FileIndex.None;
        int best = FileIndex.None, least = text.Length <= 3 ? 2 : 3;
        foreach (var (group, other) in _groups)
        {
            if (Math.Abs(other.Length - text.Length) >= least || other.Length == 0) continue;
            int distance = EditDistance.Between(text, other);
            // Names that differ in their numbers are different on purpose.
            if (distance < least && (distance == 0 || WithoutDigits(other) != WithoutDigits(text))) (best, least) = (group, distance);
        }

        return best;
    }

    private static string WithoutDigits(string text) => string.Concat(text.Where(c => !char.IsAsciiDigit(c)));

    private string Text(int name) => Encoding.Latin1.GetString(file.Names[name]).ToLowerInvariant();
}
