using Peak.Clusters.Remote.Files.Copying;

namespace Peak.Clusters.Remote.Files;

/// <summary>
/// What is left out of a copy, by patterns with the rules of <c>gitignore(5)</c>: the last one that matches counts, and nothing in a
/// folder that is left out is let in.
/// </summary>
/// <remarks>
/// <c>*.log</c> is a name at any depth, <c>/cache</c> or <c>a/cache</c> a path from the top, <c>cache/</c> a folder only; <c>**</c> is any
/// number of folders, <c>\*</c> a star, and <c>!keep.log</c> lets in what an earlier pattern leaves out.
/// </remarks>
/// <example><code>var filter = FileFilter.Parse(["*.log", "!keep.log", "/cache/"]);</code></example>
public sealed class FileFilter
{
    private const string AnyDepth = "**";
    private readonly Rule[] _rules;

    private FileFilter(Rule[] rules) => _rules = rules;

    /// <summary>A filter of patterns.</summary>
    /// <param name="patterns">The patterns, in order. Unlike in a file, none is a comment, and white space at the end counts.</param>
    /// <exception cref="FormatException">One is none, or could never match.</exception>
    public static FileFilter Parse(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        return new([.. patterns.Select(Rule.Parse)]);
    }

    /// <summary>Whether something is left out: itself, or a folder that it is in.</summary>
    /// <param name="path">Its path from the top, without a <c>/</c> at the beginning.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public bool Excludes(string path, bool isFolder = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        var names = path.Split('/').AsSpan();
        for (int depth = 1; depth <= names.Length; depth++)
            if (ExcludesOne(names[..depth], isFolder || depth < names.Length)) return true;
        return false;
    }

    /// <summary>The same of something in a folder that is not left out.</summary>
    internal bool ExcludesItself(string path, bool isFolder) => ExcludesOne(path.Split('/'), isFolder);

    private bool ExcludesOne(ReadOnlySpan<string> names, bool isFolder)
    {
        for (int i = _rules.Length - 1; i >= 0; i--)
            if ((isFolder || !_rules[i].IsForFolders) && Matches(_rules[i].Names, names)) return !_rules[i].LetsIn;
        return false;
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> names)
    {
        // As with stars in a name: only the last ** ever has to take more.
        int any = -1, taken = 0, at = 0, i = 0;
        while (i < names.Length)
        {
            if (at < pattern.Length && pattern[at] == AnyDepth)
            {
                (any, taken) = (at++, i);
            }
            else if (at < pattern.Length && Glob.MatchesAny(pattern[at], names[i]))
            {
                at++;
                i++;
            }
            else
            {
                if (any < 0) return false;
                (at, i) = (any + 1, ++taken);
            }
        }

        return at == pattern.Length;
    }

    /// <summary>A pattern.</summary>
    /// <param name="Names">What it has between slashes.</param>
    /// <param name="LetsIn">Whether it lets in what others leave out.</param>
    /// <param name="IsForFolders">Whether files don't match it.</param>
    private sealed record Rule(string[] Names, bool LetsIn, bool IsForFolders)
    {
        public static Rule Parse(string pattern)
        {
            bool letsIn = pattern.StartsWith('!'), isForFolders = pattern.EndsWith('/');
            string path = pattern[(letsIn ? 1 : 0)..];
            if (isForFolders && path.Length > 0) path = path[..^1];
            bool isAnchored = path.Contains('/', StringComparison.Ordinal);
            List<string> names = [.. path[(path.StartsWith('/') ? 1 : 0)..].Split('/')];
            if (names.Contains("")) throw new FormatException($"'{pattern}' is no pattern: a name in it is empty");
            foreach (string name in names)
                if (Glob.FlawOf(name) is { } flaw) throw new FormatException($"'{pattern}' is no pattern: {flaw}");
            names = names.ConvertAll(name => name.Length > 1 && name.AsSpan().TrimStart('*').IsEmpty ? AnyDepth : name);
            if (!isAnchored) names.Insert(0, AnyDepth);
            // At the end it is all that is in a folder, and not that folder.
            if (names[^1] == AnyDepth) names.Add("*");
            return new([.. names], letsIn, isForFolders);
        }
    }
}
