using System.Globalization;

namespace Peak.Cli.Rendering;

/// <summary>The difference of two texts as <c>diff -u</c> shows it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    // Beyond this many insertions and deletions the search takes longer than its answer is worth; what differs is then
    // shown as a whole.
    private const int MaxEdits = 2000;

    private const string NoLineEnd = @"\ No newline at end of file";

    /// <summary>The lines of the difference, without line ends; none where the texts are equal.</summary>
    /// <param name="old">The lines of the old text, the last with its line end if it has one.</param>
    /// <param name="new">The lines of the new text.</param>
    /// <param name="oldLabel">What to call the old text.</param>
    /// <param name="newLabel">What to call the new text.</param>
    public static IEnumerable<string> Between(
        IReadOnlyList<string> old, IReadOnlyList<string> @new, string oldLabel, string newLabel)
    {
        var changes = Changes(old, @new);
        if (changes.Count == 0) yield break;
        yield return $"--- {oldLabel}";
        yield return $"+++ {newLabel}";
        for (int first = 0, last; first < changes.Count; first = last + 1)
        {
            // Changes that are near each other share a hunk.
            last = first;
            while (last + 1 < changes.Count && changes[last + 1].Old - changes[last].OldEnd <= 2 * Context) last++;
            int start = Math.Max(0, changes[first].Old - Context), end = Math.Min(old.Count, changes[last].OldEnd + Context);
            int newStart = changes[first].New - (changes[first].Old - start), newEnd = changes[last].NewEnd + (end - changes[last].OldEnd);
            yield return $"@@ -{Range(start, end)} +{Range(newStart, newEnd)} @@";
            int at = start;
            for (int i = first; i <= last; i++)
            {
                foreach (string line in Lines(' ', old, at, changes[i].Old)) yield return line;
                foreach (string line in Lines('-', old, changes[i].Old, changes[i].OldEnd)) yield return line;
                foreach (string line in Lines('+', @new, changes[i].New, changes[i].NewEnd)) yield return line;
                at = changes[i].OldEnd;
            }

            foreach (string line in Lines(' ', old, at, end)) yield return line;
        }
    }

    /// <summary>Cuts a text behind its line ends.</summary>
    public static IReadOnlyList<string> SplitLines(string text)
    {
        var lines = new List<string>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = text.IndexOf('\n', start) + 1;
            if (end == 0) end = text.Length;
            lines.Add(text[start..end]);
        }

        return lines;
    }

    private static IEnumerable<string> Lines(char mark, IReadOnlyList<string> text, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            bool ended = text[i].EndsWith('\n');
            yield return mark + (ended ? text[i][..^1] : text[i]);
            if (!ended) yield return NoLineEnd;
        }
    }

    private static string Range(int start, int end)
    {
        int length = end - start;
        string line = (length == 0 ? start : start + 1).ToString(CultureInfo.InvariantCulture);
        return length == 1 ? line : $"{line},{length}";
    }

    private static List<Change> Changes(IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        int start = 0, oldEnd = old.Count, newEnd = @new.Count;
        while (start < oldEnd && start < newEnd && old[start] == @new[start]) start++;
        while (oldEnd > start && newEnd > start && old[oldEnd - 1] == @new[newEnd - 1]) (oldEnd, newEnd) = (oldEnd - 1, newEnd - 1);
        var changes = new List<Change>();
        if (start == oldEnd && start == newEnd) return changes;
        int oldAt = start, newAt = start;
        foreach (var (x, y) in Matches(old, @new, start, oldEnd, newEnd).Append((oldEnd, newEnd)))
        {
            if (x > oldAt || y > newAt) changes.Add(new Change(oldAt, x, newAt, y));
            (oldAt, newAt) = (x + 1, y + 1);
        }

        return changes;
    }

    /// <summary>
    /// The pairs of equal lines that a shortest script keeps, by Myers' greedy search
    /// (<see href="https://doi.org/10.1007/BF01840446"/>).
    /// </summary>
    private static List<(int Old, int New)> Matches(IReadOnlyList<string> old, IReadOnlyList<string> @new, int start, int oldEnd, int newEnd)
    {
        int n = oldEnd - start, m = newEnd - start, limit = Math.Min(n + m, MaxEdits);
        var furthest = new int[2 * limit + 3];
        int middle = limit + 1;
        var history = new List<int[]>();
        for (int edits = 0; edits <= limit; edits++)
        {
            for (int k = -edits; k <= edits; k += 2)
            {
                bool down = k == -edits || (k != edits && furthest[middle + k - 1] < furthest[middle + k + 1]);
                int x = down ? furthest[middle + k + 1] : furthest[middle + k - 1] + 1, y = x - k;
                while (x < n && y < m && old[start + x] == @new[start + y]) (x, y) = (x + 1, y + 1);
                furthest[middle + k] = x;
                if (x >= n && y >= m) return Walk(history, furthest, middle, edits, n, m, start);
            }

            history.Add(furthest[(middle - edits)..(middle + edits + 1)]);
        }

        return [];
    }

    private static List<(int Old, int New)> Walk(List<int[]> history, int[] last, int middle, int edits, int n, int m, int start)
    {
        var matches = new List<(int, int)>();
        int x = n, y = m;
        for (int d = edits; d > 0; d--)
        {
            var row = history[d - 1];
            int Furthest(int k) => Math.Abs(k) <= d - 1 ? row[k + d - 1] : -1;
            int k = x - y;
            bool down = k == -d || (k != d && Furthest(k - 1) < Furthest(k + 1));
            int previousX = down ? Furthest(k + 1) : Furthest(k - 1), previousY = previousX - (down ? k + 1 : k - 1);
            while (x > previousX && y > previousY && x > 0 && y > 0 && (x, y) != (down ? previousX : previousX + 1, down ? previousY + 1 : previousY))
                matches.Add((start + --x, start + --y));
            (x, y) = (previousX, previousY);
        }

        while (x > 0 && y > 0) matches.Add((start + --x, start + --y));
        matches.Reverse();
        return matches;
    }

    private readonly record struct Change(int Old, int OldEnd, int New, int NewEnd);
}
