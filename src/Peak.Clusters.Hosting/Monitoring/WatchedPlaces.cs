namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>
/// Where a change can change what a path leads to: the folders, and in each the names that matter. That is each
/// symbolic link on the way (Kubernetes swaps one beside the file), the file, and the folder it is in; where the way
/// ends early, the first name that is missing.
/// </summary>
internal static class WatchedPlaces
{
    private const int MaxLinks = 40; // as many as Linux follows

    public static IReadOnlyDictionary<string, SortedSet<string>> Of(string path)
    {
        var places = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        string folder = Path.GetPathRoot(path)!;
        var rest = new Stack<string>();
        Push(rest, path);
        for (int links = 0; rest.TryPop(out string? name);)
        {
            if (name == "..")
            {
                folder = Path.GetDirectoryName(folder) ?? folder;
                continue;
            }

            var entry = new FileInfo(Path.Combine(folder, name));
            if (entry.LinkTarget is { } target && ++links <= MaxLinks)
            {
                Add(folder, name);
                if (Path.IsPathRooted(target)) folder = Path.GetPathRoot(target)!;
                Push(rest, target);
                continue;
            }

            if (rest.Count == 0 || !Directory.Exists(entry.FullName))
            {
                Add(folder, name);
                if (Path.GetDirectoryName(folder) is { } parent) Add(parent, Path.GetFileName(folder));
                break;
            }

            folder = entry.FullName;
        }

        return places;

        void Add(string folder, string name)
        {
            if (!places.TryGetValue(folder, out var names)) places.Add(folder, names = new(StringComparer.Ordinal));
            names.Add(name);
        }
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string part in path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar).Reverse())
            if (part is not ("" or ".")) rest.Push(part);
    }
}
