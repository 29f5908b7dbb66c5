namespace Peak.Clusters.NodeSets.Groups;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Suggestion
{
    /// <summary><c>; did you mean 'x'?</c> without the question mark, or nothing.</summary>
    public static string For(string name, IEnumerable<string> names)
    {
        int limit = Math.Max(1, name.Length / 3);
        string? best = null;
        int least = limit + 1;
        foreach (string candidate in names)
        {
            if (Math.Abs(candidate.Length - name.Length) >= least || candidate.Length > 200) continue;
            int distance = Distance(name, candidate);
            if (distance < least) (least, best) = (distance, candidate);
        }

        return best is null ? "" : $"; did you mean '{best}'";
    }

    /// <summary>The number of characters to insert, remove, replace or swap with their neighbour; case counts half.</summary>
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var now = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                now[j] = Math.Min(Math.Min(now[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = Math.Min(now[j], before[j - 2] + 1);
            }

            (before, last, now) = (last, now, before);
        }

        return last[b.Length];
    }
}
