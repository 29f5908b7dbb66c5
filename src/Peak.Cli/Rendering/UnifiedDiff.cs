using System.Globalization;
using DiffPlex;
using DiffPlex.Model;

namespace Peak.Cli.Rendering;

/// <summary>The difference of two texts as <c>diff -u</c> shows it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    // Comparing takes time by lines times differences.
    private const int MostCompared = 20_000;

    private const string NoLineEnd = @"\ No newline at end of file";

    /// <summary>The lines of the difference, without line ends; none where the texts are equal.</summary>
    /// <param name="oldText">The old text.</param>
    /// <param name="newText">The new text.</param>
    /// <param name="oldLabel">What to call the old text.</param>
    /// <param name="newLabel">What to call the new text.</param>
    /// <remarks>
    /// Where more than 20,000 lines stand between the first difference and the last, all of them count as one difference.
    /// </remarks>
    public static IEnumerable<string> Between(string oldText, string newText, string oldLabel, string newLabel)
    {
        List<string> old = LinesOf(oldText), @new = LinesOf(newText);
        var changes = Changes(oldText, newText, old, @new);
        if (changes.Count == 0) yield break;
        yield return $"--- {oldLabel}";
        yield return $"+++ {newLabel}";
        for (int first = 0, last; first < changes.Count; first = last + 1)
        {
            // Changes that are near each other share a hunk.
            last = first;
            while (last + 1 < changes.Count && changes[last + 1].DeleteStartA - OldEnd(changes[last]) <= 2 * Context) last++;
            int start = Math.Max(0, changes[first].DeleteStartA - Context), end = Math.Min(old.Count, OldEnd(changes[last]) + Context);
            int newStart = changes[first].InsertStartB - (changes[first].DeleteStartA - start);
            int newEnd = NewEnd(changes[last]) + (end - OldEnd(changes[last]));
            yield return $"@@ -{Range(start, end)} +{Range(newStart, newEnd)} @@";
            int at = start;
            for (int i = first; i <= last; i++)
            {
                foreach (string line in Lines(' ', old, at, changes[i].DeleteStartA)) yield return line;
                foreach (string line in Lines('-', old, changes[i].DeleteStartA, OldEnd(changes[i]))) yield return line;
                foreach (string line in Lines('+', @new, changes[i].InsertStartB, NewEnd(changes[i]))) yield return line;
                at = OldEnd(changes[i]);
            }

            foreach (string line in Lines(' ', old, at, end)) yield return line;
        }
    }

    private static IList<DiffBlock> Changes(string oldText, string newText, List<string> old, List<string> @new)
    {
        int same = Math.Min(old.Count, @new.Count), start = 0, end = 0;
        while (start < same && old[start] == @new[start]) start++;
        while (end < same - start && old[^(end + 1)] == @new[^(end + 1)]) end++;
        int oldCount = old.Count - start - end, newCount = @new.Count - start - end;
        return oldCount + newCount > MostCompared
            ? [new DiffBlock(start, oldCount, start, newCount)]
            : Differ.Instance.CreateDiffs(oldText, newText, ignoreWhiteSpace: false, ignoreCase: false, new LineChunker()).DiffBlocks;
    }

    private static int OldEnd(DiffBlock change) => change.DeleteStartA + change.DeleteCountA;

    private static int NewEnd(DiffBlock change) => change.InsertStartB + change.InsertCountB;

    private static IEnumerable<string> Lines(char mark, List<string> text, int start, int end)
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

    /// <summary>Cuts a text after its line ends, so that a missing last one is a difference.</summary>
    private static List<string> LinesOf(string text)
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

    private sealed class LineChunker : IChunker
    {
        public IReadOnlyList<string> Chunk(string text) => LinesOf(text);
    }
}
