namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Patterns of names as shells have them: <c>*</c>, <c>?</c> and <c>[a-z]</c>; a leading dot has to be written.</summary>
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

    /// <summary>Whether a pattern means a name.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (name is ['.', ..] && pattern is not ['.', ..]) return false;
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

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int at, char c)
    {
        char first = pattern[at++];
        if (first == '?') return true;
        if (first != '[') return first == c;
        int end = pattern[Math.Min(at + 1, pattern.Length)..].IndexOf(']') + at + 1;
        if (end <= at) return c == '['; // it is never closed: a character like others
        var set = pattern[at..end];
        at = end + 1;
        bool isNot = set[0] is '!' or '^', isIn = false;
        for (int i = isNot ? 1 : 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                isIn |= c >= set[i] && c <= set[i + 2];
                i += 2;
            }
            else
            {
                isIn |= c == set[i];
            }
        }

        return isIn != isNot;
    }
}
