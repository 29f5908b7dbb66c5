namespace Peak.Clusters.Tests.Agreement;

/// <summary>
/// How the tools of ClusterIt 2.5 read a cluster file, as a naive model of what they are seen to do. They go over the file
/// three times, each time with slightly other ideas of a line: once for the groups, once for which groups are in which
/// lumps, once for the hosts.
/// </summary>
internal sealed class ClusterItModel
{
    private const int Buffer = 1024;
    private static readonly char[] WhiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];
    private readonly List<string> _lines;
    private readonly List<(string Name, HashSet<string> Lumps)> _groups = [];
    private readonly bool _endsInLump;

    /// <param name="text">The file, a character a byte.</param>
    public ClusterItModel(string text)
    {
        _lines = [.. Chunks(text)];
        _endsInLump = FindGroups() && FindLumps(out bool lumping) && lumping;
    }

    /// <summary>Whether the tools die of the file (a keyword without a colon).</summary>
    public bool Crashes { get; private set; }

    /// <summary>The hosts a command is run on, in order and as often as it is run there, each with the group it is said to be of.</summary>
    /// <param name="only">The names after <c>-g</c>; empty without that option.</param>
    /// <param name="exclude">The names after <c>-x</c>; empty without that option.</param>
    public List<(string Host, string? Group)> Run(string[] only, string[] exclude)
    {
        var run = new List<(string, string?)>();
        if (Crashes) return run;
        int group = -1;
        // A file that ends in a lump begins in one.
        bool lumping = _endsInLump;
        foreach (string line in _lines)
        {
            string text = line.TrimStart(WhiteSpace);
            if (text.Length == 0 || text[0] == '#') continue;
            bool isGroup = Contains(text, "GROUP");
            if (Contains(text, "LUMP")) lumping = true;
            if (isGroup) lumping = false;
            // An excluded line is skipped whatever it is, and so a group can lose its beginning to -x.
            if (exclude.Contains(text)) continue;
            bool wanted = group < 0 || only.Length == 0
                || only.Any(name => _groups[group].Name == name || _groups[group].Lumps.Contains(name));
            if (isGroup) group++;
            else if (wanted && !lumping) run.Add((ByteString.Readable(text), GroupName(group)));
        }

        return run;
    }

    /// <summary>The hosts for no option, or for one group.</summary>
    public IReadOnlyList<string> Hosts(params string[] only) => [.. Run(only, []).Select(h => h.Host)];

    private string? GroupName(int group) => _groups.Count == 0 ? null : ByteString.Readable(_groups[Math.Max(group, 0)].Name);

    private bool FindGroups()
    {
        foreach (string line in _lines)
            if (!IsComment(line) && Contains(line, "GROUP"))
            {
                if (!AfterColon(line, out string name)) return false;
                _groups.Add((name, []));
            }

        return true;
    }

    private bool FindLumps(out bool lumping)
    {
        lumping = false;
        string lump = "";
        foreach (string line in _lines)
        {
            if (IsComment(line)) continue;
            if (Contains(line, "LUMP"))
            {
                if (!AfterColon(line, out lump)) return false;
                lumping = true;
            }
            else if (lumping && Contains(line, "GROUP"))
            {
                lumping = false;
            }
            else if (lumping)
            {
                // Only a group counts, and only where the line is its name to the byte.
                foreach (var group in _groups.Where(g => g.Name == line)) group.Lumps.Add(lump);
            }
        }

        return true;
    }

    private bool AfterColon(string line, out string name)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        Crashes |= colon < 0;
        name = colon < 0 ? "" : line[(colon + 1)..].Trim(WhiteSpace);
        return colon >= 0;
    }

    /// <summary>Lines as a C program gets them that reads into a buffer: in pieces of what fits, and each up to its first NUL.</summary>
    private static IEnumerable<string> Chunks(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at);
            int length = Math.Min((end < 0 ? text.Length : end + 1) - at, Buffer - 1);
            string piece = text.Substring(at, length);
            at += length;
            int nul = piece.IndexOf('\0', StringComparison.Ordinal);
            yield return (nul < 0 ? piece : piece[..nul]).TrimEnd('\n');
        }
    }

    private static bool IsComment(string line) => line.Length == 0 || line[0] == '#';

    private static bool Contains(string line, string keyword) => line.Contains(keyword, StringComparison.Ordinal);
}
