using CsCheck;

namespace Peak.Clusters.Tests.Agreement;

/// <summary>Cluster files with everything in them that some reader somewhere stumbles on, a character a byte.</summary>
internal static class NastyText
{
    // Few names, so that they meet again as hosts, groups, members of lumps and in another case.
    private static readonly string[] Plain =
        ["a", "b", "c", "h1", "h2", "h3", "h4", "x.y", "node-1.example.com", "A", "H1"];

    private static readonly string[] Odd =
    [
        "", "-a", "h 1", "h1 # rack", "h1\t#", "h#1", "h1;x", "a/b", "n[1-3]", "h!", "a*", "?", "a,b", "a@b", "a=b", "a..b", ".a", "a.",
        "a:b", "::1", "fe80::1%e", "a+b",
        "GROUP", "LUMP", "xGROUPy", "PLUMPER", "GROUP:z", "LUMP:z", "p:LUMPq", "GROUP a", "GROUP :a", "group:a", "Lump a", "GRUOP:a",
        "lump :b",
        "__all__", "__orphans__", "__ALL__", "\0", "a\0b", "a\x1b[2Jb", "a\x7f", "a\rb", "a\vb", "\xC3\xA9", "caf\xE9", "\xC2\xA0x",
        "a\xE2\x80\xAE", "\xEF\xBB\xBFa", "\xC2\x85a",
        new('h', 253), new('h', 254), new('h', 1016), new('h', 1017), new('h', 1022), new('h', 1023), new('h', 1024),
        new string('h', 1023) + "a", new('h', 2100),
        new string('g', 1017) + "\nh",
    ];

    private static readonly string[] White = [" ", "\t", "\r", "\v", "\f", "  ", " \r", "\r ", "\r\r", new(' ', 1023), new(' ', 1024)];

    /// <summary>How nasty one file is: most faults show alone, or with one other.</summary>
    private static readonly Gen<(int Odd, int White)> Temper = Gen.Frequency(
        (4, Gen.Const((0, 0))),
        (2, Gen.Select(Gen.Int[1, 8], Gen.Const(0), (odd, white) => (odd, white))),
        (2, Gen.Select(Gen.Const(0), Gen.Int[1, 6], (odd, white) => (odd, white))),
        (1, Gen.Select(Gen.Int[1, 40], Gen.Int[0, 30], (odd, white) => (odd, white))));

    /// <summary>Lines of all kinds in any order.</summary>
    private static readonly Gen<string> Jumble = Temper.SelectMany(temper => Gen.Select(
        Line(temper.Odd, temper.White).Array[0, 12], Gen.OneOf("\n", "\n", "\n", ""), Gen.Int[0, 60],
        (lines, end, mark) => (mark == 0 ? "\xEF\xBB\xBF" : "") + string.Join('\n', lines) + (lines.Length == 0 ? "" : end)));

    /// <summary>
    /// Groups that share no host, lumps of groups and lumps, and at most two odd lines and one piece of white space
    /// more.
    /// </summary>
    private static readonly Gen<string> Orderly = Gen.Select(
        Gen.Int[0, 3].Array[3], Gen.OneOf("a", "b", "c", "l", "m").Array[1, 3].Array[0, 2], Line(30, 20).Array[0, 2], Gen.OneOf(White),
        Gen.Int[0, 99].Array[5],
        (hosts, lumps, odd, white, dice) =>
        {
            var lines = new List<string>();
            for (int group = 0; group < hosts.Length; group++)
                lines.AddRange([$"GROUP:{"abc"[group]}", .. Enumerable.Range(1, hosts[group]).Select(i => $"n{group}{i}")]);
            for (int lump = 0; lump < lumps.Length; lump++) lines.AddRange([$"LUMP:{"lm"[lump]}", .. lumps[lump]]);
            for (int i = 0; i < odd.Length && dice[0] > 50; i++) lines.Insert(dice[1 + i] % lines.Count, odd[i]);
            int at = dice[3] % lines.Count;
            if (dice[4] < 40) lines[at] = dice[4] < 20 ? lines[at] + white : white + lines[at];
            return string.Join('\n', lines) + "\n";
        });

    public static readonly Gen<string> Files = Gen.OneOf(Jumble, Orderly);

    // In hundredths, how many of the names and of the places for white space are odd.
    private static Gen<string> Line(int odd, int white)
    {
        var name = odd == 0 ? Gen.OneOf(Plain) : Gen.Frequency((100 - odd, Gen.OneOf(Plain)), (odd, Gen.OneOf(Odd)));
        var space = white == 0 ? Gen.Const("") : Gen.Frequency((100 - white, Gen.Const("")), (white, Gen.OneOf(White)));
        return Gen.Frequency(
            (8, Gen.Select(space, name, space, (before, n, after) => before + n + after)),
            (4, Gen.Select(space, space, name, space, (before, between, n, after) => before + "GROUP:" + between + n + after)),
            (2, Gen.Select(space, space, name, space, (before, between, n, after) => before + "LUMP:" + between + n + after)),
            (1, Gen.Select(
                space, Gen.OneOf("", "h1", " a note", " GROUP:old", "LUMP:x", " a\rb", " a\x1b", " caf\xE9"), space,
                (before, n, after) => before + "#" + n + after)),
            (1, space));
    }
}
