using CsCheck;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Tests.NodeSets;

/// <summary>Node sets against sets of strings.</summary>
public class NodeSetLawTests
{
    // Few different texts and numbers, so that sets meet; lengths and paddings mixed.
    private static readonly Gen<string> AnyNumber = Gen.OneOf(
        Gen.Int[0, 12].Select(i => i.ToString()),
        Gen.Int[0, 12].Select(i => i.ToString("00")),
        Gen.Int[95, 105].Select(i => i.ToString()),
        Gen.Int[0, 3].Select(i => i.ToString("000")));

    private static readonly Gen<string> AnyName = Gen.OneOf(
        OneOf("a", "b", "solo", "a.b-c", "ü"),
        Gen.Select(OneOf("n", "n-", ""), AnyNumber, OneOf("", "-ib", "%")).Select((a, b, c) => a + b + c),
        Gen.Select(AnyNumber, AnyNumber).Select((a, b) => $"r{a}n{b}"),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3]).Select((a, b, c) => $"r{a}n{b}p{c}"));

    // Names with what tells ssh more: user and port, and the brackets that a port of an IPv6 address needs.
    private static readonly Gen<string> AnyAddress = Gen.OneOf(
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 12]).Select((a, b) => $"2001:db8::{a}:{b:x}"),
        Gen.Int[0, 12].Select(i => $"fe80::{i:x}%eth{i % 3}"),
        OneOf("::1", "::", "fe80::5054:ff:feff:6944%br0"));

    private static readonly Gen<string> AnyTarget = Gen.Select(
        OneOf("", "", "root@", "u2@", "a.b@"),
        Gen.OneOf(AnyName.Select(name => (name, name)), AnyAddress.Select(address => (address, $"[{address}]"))),
        Gen.OneOf(Gen.Const(""), Gen.Int[21, 24].Select(port => $":{port}"), Gen.Const(":2222")),
        Gen.Bool).Select((user, host, port, brackets) => user + (port.Length > 0 || brackets ? host.Item2 : host.Item1) + port);

    private static readonly Gen<string[]> AnyNames = AnyName.Array[0, 60];

    private static readonly Gen<string> AnyRange = Gen.OneOf(
        AnyNumber,
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[0, 3])
            .Select((a, n, width) => $"{Pad(a, width, a + n)}-{Pad(a + n, width, a + n)}"),
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[1, 4]).Select((a, n, step) => $"{a}-{a + n}/{step}"),
        Gen.Select(Gen.Int[-12, 3], Gen.Int[0, 12]).Select((a, n) => $"{a}-{a + n}"));

    private static readonly Gen<string> AnyBracket = AnyRange.Array[1, 3].Select(ranges => $"[{string.Join(',', ranges)}]");

    private static readonly Gen<string> AnyOperand = Gen.OneOf(
        AnyName,
        AnyBracket.Select(b => "n" + b),
        Gen.Select(AnyBracket, Gen.OneOf(AnyBracket, AnyNumber)).Select((a, b) => $"r{a}n{b}"),
        Gen.Select(AnyBracket, AnyBracket, AnyBracket).Select((a, b, c) => $"r{a}n{b}p{c}"));

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Pad(int value, int width, int largest) =>
        value.ToString(new string('0', largest.ToString().Length <= width ? width : 1));

    [Fact]
    public void A_set_has_the_names_it_was_made_of() => AnyNames.Sample(names =>
    {
        var set = NodeSet.Of(names);
        var model = names.ToHashSet();
        return set.Count == model.Count && model.SetEquals(set) && model.All(set.Contains) && !set.Contains("nobody");
    }, iter: 600);

    [Fact]
    public void Parsing_what_was_written_gives_the_same_set() => Gen.Select(AnyNames, Gen.Int[2, 5].Nullable()).Sample((names, autoStep) =>
    {
        var set = NodeSet.Of(names);
        return NodeSet.Parse(set.ToString(new FoldOptions { AutoStep = autoStep })) == set
            && NodeSet.Parse(string.Join(',', set)) == set;
    }, iter: 600);

    [Fact]
    public void Targets_with_users_and_ports_are_names_that_fold_and_parse() =>
        Gen.Select(AnyTarget.Array[0, 30], Gen.Int[2, 5].Nullable(), Gen.Int[0, 3].Nullable()).Sample((targets, autoStep, axis) =>
        {
            var set = NodeSet.Of(targets);
            var options = new FoldOptions { AutoStep = autoStep, Axes = axis is { } one ? [one] : null };
            Check(set, targets);
            Check(NodeSet.Parse(string.Join(',', targets)), targets);
            Check(NodeSet.Parse(set.ToString(options)), targets);
            Assert.Equal(set, NodeSet.Parse(set.ToString(options)));
            if (targets.Length > 1)
                Check(NodeSet.Parse($"{string.Join(',', targets[1..])}!{targets[0]}"), targets[1..].Where(name => name != targets[0]));
        }, iter: 600);

    [Fact]
    public void Writing_what_was_parsed_gives_the_same_text() => AnyOperand.Array[1, 4].Sample(operands =>
    {
        // A single negative index is written like a hyphen.
        string folded = NodeSet.Parse(string.Join(',', operands.Where(o => !o.Contains("[-") && !o.Contains(",-")))).ToString();
        return NodeSet.Parse(folded).ToString() == folded;
    }, iter: 600);

    [Fact]
    public void Operators_do_what_sets_of_strings_do() => Gen.Select(AnyOperand.Array[1, 3], AnyOperand.Array[1, 3]).Sample((left, right) =>
    {
        var a = NodeSet.Parse(string.Join(',', left));
        var b = NodeSet.Parse(string.Join(',', right));
        HashSet<string> x = [.. a], y = [.. b];
        Assert.Equal(x.Count, a.Count);
        Check(a | b, x.Union(y));
        Check(a & b, x.Intersect(y));
        Check(a - b, x.Except(y));
        Check(a ^ b, x.Union(y).Except(x.Intersect(y)));
        Check(NodeSet.Parse($"{string.Join(',', left)}&{right[0]}"), x.Intersect(NodeSet.Parse(right[0])));
        Assert.Equal(x.IsSubsetOf(y), a.IsSubsetOf(b));
        Assert.Equal(x.IsSupersetOf(y), a.IsSupersetOf(b));
        Assert.Equal(x.Overlaps(y), a.Overlaps(b));
        Assert.Equal(x.SetEquals(y), a == b);
        if (a == b) Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }, iter: 800);

    [Fact]
    public void Large_irregular_sets_obey_the_same_laws() =>
        Gen.Select(Gen.Int[100, 400], Gen.Int[100, 400], Gen.Int[0, 1000]).Sample((m, n, seed) =>
    {
        var random = new Random(seed);
        string[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => $"r{random.Next(9)}n{random.Next(9)}p{random.Next(9)}")];
        string[] left = Draw(m), right = Draw(n);
        NodeSet a = NodeSet.Of(left), b = NodeSet.Of(right);
        HashSet<string> x = [.. left], y = [.. right];
        Check(a | b, x.Union(y));
        Check(a & b, x.Intersect(y));
        Check(a - b, x.Except(y));
        Check(a ^ b, x.Union(y).Except(x.Intersect(y)));
        Assert.Equal(x.Overlaps(y), a.Overlaps(b));
    }, iter: 40);

    [Fact]
    public void Places_slices_and_parts_agree_with_the_order_of_names() =>
        Gen.Select(AnyOperand.Array[1, 3], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[1, 7]).Sample((operands, start, count, parts) =>
    {
        var set = NodeSet.Parse(string.Join(',', operands));
        string[] names = [.. set];
        for (int i = 0; i < names.Length; i++) Assert.Equal(names[i], set[i]);
        Check(set.Slice(start, count), names.Skip(start).Take(count));
        Check(set.Slice(RangeSet.Parse($"{start}-{start + count},1,5")),
            names.Where((_, i) => (i >= start && i <= start + count) || i is 1 or 5));
        var split = set.Split(parts).ToArray();
        Assert.Equal(Math.Min(parts, names.Length), split.Length);
        if (split.Length > 0) Assert.InRange(split[0].Count - split[^1].Count, 0, 1);
        Check(split.Aggregate(NodeSet.Empty, (a, b) => a | b), names);
        Assert.Equal(names.Length, split.Sum(s => s.Count));
        var contiguous = set.Contiguous().ToArray();
        Check(contiguous.Aggregate(NodeSet.Empty, (a, b) => a | b), names);
        Assert.Equal(names.Length, contiguous.Sum(s => s.Count));
        Assert.All(contiguous, part => Assert.DoesNotContain(',', part.ToString()));
    }, iter: 400);

    [Fact]
    public void A_pick_is_a_part_of_the_set_of_the_right_size() =>
        Gen.Select(AnyNames, Gen.Int[0, 30], Gen.Int).Sample((names, count, seed) =>
    {
        var set = NodeSet.Of(names);
        var picked = set.Pick(count, new Random(seed));
        return picked.IsSubsetOf(set) && picked.Count == Math.Min(count, set.Count);
    }, iter: 1000);

    [Fact]
    public void Range_sets_obey_the_same_laws() =>
        Gen.Select(AnyBracket, AnyBracket, Gen.Int[0, 20], Gen.Int[0, 20]).Sample((left, right, start, count) =>
    {
        RangeSet a = RangeSet.Parse(left[1..^1]), b = RangeSet.Parse(right[1..^1]);
        HashSet<string> x = [.. a], y = [.. b];
        Assert.Equal(x.Count, a.Count);
        Assert.Equal(x.Union(y).ToHashSet(), [.. a | b]);
        Assert.Equal(x.Intersect(y).ToHashSet(), [.. a & b]);
        Assert.Equal(x.Except(y).ToHashSet(), [.. a - b]);
        Assert.Equal(x.Union(y).Except(x.Intersect(y)).ToHashSet(), [.. a ^ b]);
        Assert.Equal((x.IsSubsetOf(y), x.Overlaps(y), x.SetEquals(y)), (a.IsSubsetOf(b), a.Overlaps(b), a == b));
        Assert.Equal(a.Skip(start).Take(count), a.Slice(start, count));
        Assert.All(x, index => Assert.True(a.Contains(index)));
        Assert.Equal(a, RangeSet.Parse(a.ToString()));
        Assert.Equal(a, RangeSet.Parse(a.ToString(new FoldOptions { AutoStep = 3 })));
        Assert.Equal(a, a.Contiguous().Aggregate(RangeSet.Empty, (p, q) => p.Union(q)));
        Assert.Equal(a, a.Split(3).Aggregate(RangeSet.Empty, (p, q) => p.Union(q)));
        Assert.Equal(a.Count, a.OrderBy(i => i, IndexOrder).Zip(a).Count(pair => pair.First == pair.Second));
    }, iter: 800);

    // Negative ones by value, then shorter ones, then by text.
    private static readonly Comparer<string> IndexOrder = Comparer<string>.Create((a, b) =>
        (a[0] == '-', b[0] == '-') switch
        {
            (true, true) => int.Parse(a).CompareTo(int.Parse(b)),
            (true, false) => -1,
            (false, true) => 1,
            _ => a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b),
        });

    private static void Check(NodeSet set, IEnumerable<string> expected)
    {
        var model = expected.ToHashSet();
        Assert.True(model.SetEquals(set), $"{set}: {string.Join(' ', model.Except(set))} / {string.Join(' ', set.Except(model))}");
        Assert.Equal(model.Count, (int)set.LongCount);
    }
}
