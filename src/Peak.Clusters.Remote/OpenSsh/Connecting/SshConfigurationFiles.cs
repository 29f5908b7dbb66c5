namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>
/// Looks at ssh's configuration files for one thing only: whether what a command needs of them is the same for every
/// host. Then one <c>ssh -G</c> answers for all, which for hundreds of hosts is a noticeable part of connecting.
/// </summary>
internal static class SshConfigurationFiles
{
    private const int MostIncludes = 16; // READCONF_MAX_DEPTH
    private static readonly char[] Separators = [' ', '\t', '=', '"'];

    /// <summary>Whether no <c>Host</c> or <c>Match</c> block that is not for all says something about commands.</summary>
    /// <param name="files">The files that ssh reads, which need not exist.</param>
    public static bool AreTheSameForAll(IEnumerable<string> files) => files.All(file => IsTheSameForAll(file, 0));

    private static bool IsTheSameForAll(string file, int depth)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        bool forAll = true;
        foreach (string line in lines)
        {
            string[] words = line.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0 || words[0].StartsWith('#')) continue;
            switch (words[0].ToUpperInvariant())
            {
                case "HOST":
                    forAll = words is [_, "*"];
                    break;
                case "MATCH":
                    forAll = words.Length == 2 && words[1].Equals("all", StringComparison.OrdinalIgnoreCase);
                    break;
                case "INCLUDE" when !forAll
                    || depth == MostIncludes
                    || !words[1..].SelectMany(word => Included(word, file))
                        .All(found => found is not null && IsTheSameForAll(found, depth + 1)):
                case "SENDENV" or "SETENV" or "FORWARDAGENT" or "SERVERALIVEINTERVAL" when !forAll:
                    return false;
            }
        }

        return true;
    }

    /// <summary>The files that a word of an <c>Include</c> names; null where that is more than a pattern of files in a folder.</summary>
    private static IEnumerable<string?> Included(string word, string file)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string path = word.StartsWith("~/", StringComparison.Ordinal) ? Path.Join(home, word[2..])
            : Path.IsPathRooted(word) ? word
            : Path.Join(file.StartsWith("/etc/", StringComparison.Ordinal) ? "/etc/ssh" : Path.Join(home, ".ssh"), word);
        string folder = Path.GetDirectoryName(path)!, name = Path.GetFileName(path);
        if (folder.AsSpan().IndexOfAny("*?[%$") >= 0 || name.AsSpan().IndexOfAny("[%$") >= 0) return [null];
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, name) : [];
    }
}
