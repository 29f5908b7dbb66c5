using System.Buffers;
using System.Text.RegularExpressions;
using Peak.Clusters.Definition;
using Peak.Clusters.NodeSets.Entries;

namespace Peak.Clusters.NodeSets.Dialects;

/// <summary>
/// The notation of pdsh and Slurm: <c>n[1-3,7],-n2,^file</c>. Terms stand between commas or white space. A term is a
/// name, in which brackets hold ranges without steps; <c>^file</c>, the terms of a file; <c>/regex/</c>, which keeps
/// the names that match. A <c>-</c> before any of them takes away. What is taken away or kept applies to the whole
/// list, wherever it stands, as in pdsh.
/// </summary>
public static class HostListNotation
{
    /// <summary>The most names one term may stand for.</summary>
    public const int MaxNames = 1 << 20;

    // pdsh refuses longer ranges.
    private const int MaxRange = 16_384;
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("@:^/!&*? \t\r\n");
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    /// <summary>Reads a list.</summary>
    /// <param name="text">The list.</param>
    /// <param name="readFile">Reads the file of a <c>^file</c>; null to refuse such terms.</param>
    /// <exception cref="NodeSetException">The text is no such list.</exception>
    public static NodeSet Parse(string text, Func<string, string>? readFile = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Reader(readFile).Read(text);
    }

    /// <summary>Writes a set so that pdsh and Slurm both read it: brackets stand at the end of a name, or several with one there.</summary>
    /// <param name="set">The set.</param>
    /// <exception cref="NodeSetException">A name has a character that means something else in a list.</exception>
    public static string Format(NodeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var terms = new List<string>();
        foreach (var entry in set.Entries)
            foreach (var product in entry.Products()) AddTerms(terms, entry.Pattern, product);
        foreach (string term in terms) Check(term);
        return string.Join(',', terms);
    }

    private static void AddTerms(List<string> terms, NodePattern pattern, RangeSet[] product)
    {
        var tail = pattern.TextBefore(product.Length);
        bool endsInBrackets = tail.IsEmpty && product.Length > 0 && product[^1].LongCount > 1;
        if ((!endsInBrackets && product.Any(r => r.LongCount > 1)) || product.Any(r => r.Spans[0].First < 0))
        {
            var names = new NodeSetBuilder();
            names.Add(pattern.Key, product);
            terms.AddRange(names.Build());
            return;
        }

        terms.Add(string.Concat(
            product.Select((ranges, axis) => Utf8Names.Decode(pattern.TextBefore(axis)) + Brackets(ranges))) + Utf8Names.Decode(tail));
    }

    private static string Brackets(RangeSet ranges) => ranges.LongCount == 1
        ? ranges.ToString()
        : $"[{string.Join(',', ranges.Contiguous().SelectMany(Pieces))}]";

    private static IEnumerable<RangeSet> Pieces(RangeSet range)
    {
        for (long start = 0; start < range.LongCount; start += MaxRange) yield return range.Slice(start, MaxRange);
    }

    private static void Check(string term)
    {
        int at = term.AsSpan().IndexOfAny(NotInNames);
        if (at < 0 && term[0] == '-') at = 0;
        if (at >= 0)
            throw Fault(
                term, at, 1, $"'{term[at]}' in a name means something else to pdsh or Slurm.", "Write the set in another notation.");
    }

    private static NodeSetException Fault(string text, int position, int length, string message, string remedy) =>
        new(new NodeSetError(position, length, message + (text.Length <= 80 ? $" ({text})" : ""), remedy));

    private sealed class Reader(Func<string, string>? readFile)
    {
        private readonly NodeSetBuilder _names = new();
        private readonly NodeSetBuilder _without = new();
        private readonly List<(Regex Regex, bool Keep)> _filters = [];
        private bool _inFile;

        public NodeSet Read(string text)
        {
            ReadTerms(text);
            var set = _names.Build().Except(_without.Build());
            foreach (var (regex, keep) in _filters) set = NodeSet.Of(set.Where(name => IsMatch(regex, name) == keep));
            return set;
        }

        private static bool IsMatch(Regex regex, string name)
        {
            try
            {
                return regex.IsMatch(name);
            }
            catch (RegexMatchTimeoutException)
            {
                throw Fault($"/{regex}/", 0, 0, $"'/{regex}/' took more than {MatchLimit.TotalSeconds:0} s to match a name.",
                    "Write it with less nested repetition.");
            }
        }

        private void ReadTerms(string text)
        {
            int start = 0, depth = 0;
            for (int i = 0; i <= text.Length; i++)
            {
                char c = i < text.Length ? text[i] : ',';
                if (c == '[') depth++;
                if (c == ']') depth--;
                if (i < text.Length && (depth > 0 || (c != ',' && !char.IsWhiteSpace(c)))) continue;
                if (i > start) ReadTerm(text, start, i);
                start = i + 1;
                depth = Math.Max(depth, 0);
            }
        }

        private void ReadTerm(string text, int start, int end)
        {
            bool without = text[start] == '-';
            if (without) start++;
            string term = text[start..end];
            if (term.Length == 0) throw Fault(text, start - 1, 1, "'-' takes away nothing.", "Write a name after it.");
            if (term is ['^', .. var file]) ReadFile(text, start, file, without);
            else if (term is ['/', .. var pattern, '/']) _filters.Add((RegexOf(text, start, pattern), !without));
            else Expand(text, start, end, without ? _without : _names);
        }

        private void ReadFile(string text, int start, string file, bool without)
        {
            if (readFile is null || _inFile)
                throw Fault(text, start, file.Length + 1, "A file can't be read here.", "Write its names into the list.");
            _inFile = true;
            foreach (var rawLine in readFile(file).AsSpan().EnumerateLines())
            {
                var line = rawLine.IndexOf('#') is >= 0 and var comment ? rawLine[..comment] : rawLine;
                if (without) _without.Add(new Reader(null).Read(line.ToString()));
                else ReadTerms(line.ToString());
            }

            _inFile = false;
        }

        private static Regex RegexOf(string text, int start, string pattern)
        {
            try
            {
                return new Regex(pattern, RegexOptions.CultureInvariant, MatchLimit);
            }
            catch (ArgumentException e)
            {
                throw Fault(text, start, pattern.Length + 2, $"'/{pattern}/' is no regular expression: {e.Message}", "Correct it.");
            }
        }

        /// <summary>Adds all names of a term.</summary>
        private static void Expand(string text, int start, int end, NodeSetBuilder names)
        {
            var parts = new List<(string Before, List<string> Values)>();
            int from = start;
            long count = 1;
            for (int i = start; i < end; i++)
            {
                if (text[i] == ']') throw Fault(text, i, 1, "']' closes no '['.", "Remove it or write '[' before the ranges.");
                if ("@!&*?^:".Contains(text[i], StringComparison.Ordinal))
                    throw Fault(text, i, 1, $"'{text[i]}' can't stand in a name of this notation.", "Remove it.");
                if (text[i] != '[') continue;
                int close = text.IndexOf(']', i, end - i);
                if (close < 0) throw Fault(text, i, 1, "'[' has no ']'.", "Write ']' after the ranges.");
                var values = Values(text, i + 1, close, ref count);
                parts.Add((text[from..i], values));
                from = close + 1;
                i = close;
            }

            Add("", 0);

            void Add(string name, int part)
            {
                if (part == parts.Count)
                {
                    names.Add(name + text[from..end]);
                    return;
                }

                foreach (string value in parts[part].Values) Add(name + parts[part].Before + value, part + 1);
            }
        }

        private static List<string> Values(string text, int start, int end, ref long count)
        {
            var values = new List<string>();
            long total = 0;
            foreach (var piece in text.AsSpan(start, end - start).Split(','))
            {
                int at = start + piece.Start.Value, length = piece.End.Value - piece.Start.Value;
                var range = text.AsSpan(at, length);
                int dash = range.IndexOf('-');
                var low = dash < 0 ? range : range[..dash];
                var high = dash < 0 ? range : range[(dash + 1)..];
                if (!IsNumber(low) || !IsNumber(high))
                    throw Fault(
                        text, at, length, $"'{range}' is no range.", "Write a number or first-last; steps are not known to this notation.");
                long first = long.Parse(low, Culture), last = long.Parse(high, Culture);
                if (last < first) throw Fault(text, at, length, $"'{range}' ends before it begins.", $"Write {last}-{first}.");
                total += last - first + 1;
                if (total * count > MaxNames)
                    throw Fault(text, at, length, $"The term stands for more than {MaxNames} names.",
                        "Write it in ClusterShell's notation, which has no limit.");

                // The width of the first number holds for all.
                string width = $"D{low.Length}";
                for (long value = first; value <= last; value++) values.Add(value.ToString(width, Culture));
            }

            count *= total;
            return values;
        }

        private static bool IsNumber(ReadOnlySpan<char> text) => text.Length is > 0 and <= 18 && !text.ContainsAnyExceptInRange('0', '9');

        private static System.Globalization.CultureInfo Culture => System.Globalization.CultureInfo.InvariantCulture;
    }
}
