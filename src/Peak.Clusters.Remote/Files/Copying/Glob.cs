namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Patterns of names: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[[:digit:]]</c>, and <c>\*</c> for the character itself.</summary>
internal static class Glob
{
    /// <summary>Whether a name is a pattern.</summary>
    public static bool IsPattern(ReadOnlySpan<char> name) => name.ContainsAny('*', '?', '[');

    /// <summary>The paths of a host that a pattern means, in order; one that is no pattern means itself.</summary>
    /// <param name="client">The host's files.</param>
    /// <param name="pattern">The pattern; it begins in the user's home folder unless with <c>/</c>.</param>
    /// <param name="countName">Called for each name that is looked at, to end it where there are too many.</param>
    /// <param name="stop">Gives up.</param>
    public static async ValueTask<List<string>> ResolveAsync(
        SftpClient client, string pattern, Action countName, CancellationToken stop)
    {
        if (pattern.StartsWith("~/", StringComparison.Ordinal)) pattern = pattern[2..];
        List<string> found = [pattern.StartsWith('/') ? "/" : ""];
        foreach (string name in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".") continue;
            if (!IsPattern(name))
            {
                found = found.ConvertAll(above => HostPath.Join(above, name));
                continue;
            }

            List<string> next = [];
            foreach (string above in found)
            {
                try
                {
                    await foreach (var entry in client.ListAsync(above.Length == 0 ? "." : above, stop).ConfigureAwait(false))
                    {
                        countName();
                        if (Matches(name, entry.Name)) next.Add(HostPath.Join(above, entry.Name));
                    }
                }
                // Nothing is there for us.
                catch (SftpException e) when (e.Status is SftpStatus.NoSuchFile or SftpStatus.PermissionDenied) { }
            }

            next.Sort(StringComparer.Ordinal);
            found = next;
        }

        return found is [""] ? [] : found;
    }

    /// <summary>Whether a pattern means a name, as in shells: a leading dot has to be written.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        (name is not ['.', ..] || pattern is ['.', ..] or ['\\', '.', ..]) && MatchesAny(pattern, name);

    /// <summary>Whether a pattern means a name, which may begin with a dot.</summary>
    public static bool MatchesAny(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // Where the last star was, and how much of the name it has taken: only that one ever has to take more.
        int star = -1, taken = 0, at = 0, i = 0;
        while (i < name.Length)
        {
            int next = at;
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, taken) = (at++, i);
                continue;
            }

            if (at < pattern.Length && MatchesOne(pattern, ref next, name[i]))
            {
                (at, i) = (next, i + 1);
                continue;
            }

            if (star < 0) return false;
            (at, i) = (star + 1, ++taken);
        }

        while (at < pattern.Length && pattern[at] == '*') at++;
        return at == pattern.Length;
    }

    /// <summary>What makes a pattern one that nobody can mean; null where there is nothing.</summary>
    public static string? FlawOf(ReadOnlySpan<char> pattern)
    {
        for (int at = 0; at < pattern.Length;)
        {
            char first = pattern[at++];
            if (first == '\\' && at++ == pattern.Length) return "nothing follows its last '\\'";
            if (first == '[' && IsInSet(pattern, ref at, '\0') is null) return "a '[' has no ']', or there is no such class of characters";
        }

        return null;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int at, char c)
    {
        char first = pattern[at++];
        if (first == '?') return true;
        int next = at;
        if (first == '[' && IsInSet(pattern, ref next, c) is { } isIn)
        {
            at = next;
            return isIn;
        }

        // A set that is never closed begins with a character like others.
        if (first == '\\' && at < pattern.Length) first = pattern[at++];
        return first == c;
    }

    /// <summary>Whether a character is in the set that begins after a bracket; null where it has no end, or can't be.</summary>
    private static bool? IsInSet(ReadOnlySpan<char> pattern, ref int at, char c)
    {
        bool isNot = pattern[at..] is ['!' or '^', ..], isIn = false;
        if (isNot) at++;
        int first = at;
        while (at < pattern.Length)
        {
            if (pattern[at] == ']' && at > first)
            {
                at++;
                return isIn != isNot;
            }

            if (ClassAt(pattern[at..]) is { } name)
            {
                if (IsInClass(name, c) is not { } isInClass) return null;
                isIn |= isInClass;
                at += name.Length + "[::]".Length;
                continue;
            }

            if (Character(pattern, ref at) is not { } low) return null;
            isIn |= c == low;
            if (pattern[at..] is not ['-', not ']', ..]) continue;
            at++;
            if (Character(pattern, ref at) is not { } high) return null;
            isIn |= c >= low && c <= high;
        }

        return null;
    }

    private static char? Character(ReadOnlySpan<char> pattern, ref int at)
    {
        if (pattern[at] == '\\') at++;
        return at < pattern.Length ? pattern[at++] : null;
    }

    /// <summary>The name in a <c>[:name:]</c> at the beginning.</summary>
    private static string? ClassAt(ReadOnlySpan<char> rest)
    {
        if (rest is not ['[', ':', ..]) return null;
        int end = rest.IndexOf(']');
        return end > 2 && rest[end - 1] == ':' ? rest[2..(end - 1)].ToString() : null;
    }

    private static bool? IsInClass(string name, char c) => name switch
    {
        "alnum" => char.IsAsciiLetterOrDigit(c),
        "alpha" => char.IsAsciiLetter(c),
        "blank" => c is ' ' or '\t',
        "cntrl" => c is < ' ' or '\x7f',
        "digit" => char.IsAsciiDigit(c),
        "graph" => c is > ' ' and < '\x7f',
        "lower" => char.IsAsciiLetterLower(c),
        "print" => c is >= ' ' and < '\x7f',
        "punct" => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
        "space" => c is ' ' or (>= '\t' and <= '\r'),
        "upper" => char.IsAsciiLetterUpper(c),
        "xdigit" => char.IsAsciiHexDigit(c),
        _ => null,
    };
}
