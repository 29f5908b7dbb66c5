using System.Text;

namespace Peak.Clusters.Fuzz;

/// <summary>Cluster files from the words and bytes that readers stumble on, in no order that a grammar would give.</summary>
internal static class Soup
{
    private static readonly byte[][] Common =
        Tokens("\nGROUP:a", "\nGROUP:b", "\nLUMP:l", "\nLUMP:m\nb", "\na", "\nh1", "\nh2", "\nh3", "\nh4", "\nh5", "\nh6", "\nx.y",
            "\nnode-1", "\n", "\n# ", "1");

    private static readonly byte[][] Odd =
        [
            .. Tokens(
                "GROUP", "LUMP", "GROUP:", "LUMP:", "group:", "Lump:", ":", "#", " ", "\t", "\r", "\r\n", "\v", "\f", ",", ".", "-", "*",
                "?", "@", "%", "/", ";", "$", "[", "\"", "\\",
                "__all__", "__orphans__", "H1", "A", "\0", "\x1b", "\x7f", "é", "\u00a0", "\u202e", "\ufeff", "\u0085", "𝒽"),
            [0xEF, 0xBB, 0xBF], [0xE9], [0xC2], [0xED, 0xA0, 0x80], [0xFF],
            .. Tokens(new string('h', 253), new string('h', 1000), new string(' ', 1000), new string('k', 1023)),
        ];

    public static byte[] Cook(Random random)
    {
        using var text = new MemoryStream();
        // Most files have a fault or two, some many, some none.
        int odd = random.Next(6) switch { 0 or 1 => 0, 2 or 3 => 3, 4 => 10, _ => 40 };
        if (random.Next(50) == 0) text.Write([0xEF, 0xBB, 0xBF]);
        // Hosts before the first section are a fault, and so is the same host in two.
        if (random.Next(2) == 0) text.Write("GROUP:c"u8);
        for (int left = random.Next(1, 20); left > 0; left--)
        {
            if (random.Next(100) >= odd) text.Write(Common[random.Next(Common.Length)]);
            else if (random.Next(8) > 0) text.Write(Odd[random.Next(Odd.Length)]);
            else text.WriteByte((byte)random.Next(256));
        }

        return text.ToArray();
    }

    private static byte[][] Tokens(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
