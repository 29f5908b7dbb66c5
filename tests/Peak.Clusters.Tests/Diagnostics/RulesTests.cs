using System.Text;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Tests.Diagnostics;

/// <summary>
/// Where each rule speaks and where it does not. In a text, «» stand around each place that the rule is to point at; where there
/// are none it is to find nothing. Other rules may find what they like.
/// </summary>
public class RulesTests
{
    [Theory]
    [InlineData("PEAK001", "GROUP:a\nweb«\x1b»[31m1\n")]
    [InlineData("PEAK001", "GROUP:a«\0»b\nh1\n")]
    [InlineData("PEAK001", "LUMP:x\na«\x7f»\n")]
    [InlineData("PEAK001", "h«\u200B»1\nh«\u202E»2\nh«\u0085»3\nh«\uFEFF»4\nh«\v»5")]
    [InlineData("PEAK001", "h 1\nGROUP:a\tb\n# \x1b\nh2\r\n")]
    [InlineData("PEAK001", "h«\0»1\0\0\n")]
    [InlineData("PEAK003", "GROUP:a«\r»h1\rh2\r")]
    [InlineData("PEAK003", "# one«\r»two\n")]
    [InlineData("PEAK003", "\rh1\r\n\r\nh2\r\r\n# x\r\nGROUP:\rb\r\n")]
    [InlineData("PEAK004", "«-h1»\nh-1\nGROUP:-a\n  «-v»\nLUMP:-l\n-a\n")]
    [InlineData("PEAK005", "h«\t»1 2\nGROUP:a b\nh«\u00A0»1\nh«\u3000»1\n h2 \nLUMP:l\na b\n")]
    [InlineData("PEAK006", "a«;»b|c\n«$»x\n«\"»\nh«*»\n«/»\n«~»x\nh«!»\nGROUP:a;b\nh-1_2.x+y:z\nLUMP:l\na;b\n")]
    [InlineData("PEAK007", "«GROUP:»\nh1\n «LUMP:» \nx\nGROUP::\n")]
    [InlineData("PEAK008", "«a»\nGROUP:a\nh1\n«a»\n«l»\nLUMP:l\na\n")]
    [InlineData("PEAK008", "h1\nGROUP:a\nh2\nLUMP:l\nh1\n")]
    [InlineData("PEAK009", "h1\nGROUP:a\nh2\nLUMP:l\n«h1»\na\n«h2»\nghost\n")]
    [InlineData("PEAK009", "a\nGROUP:a\nh\nLUMP:l\na\n")]
    [InlineData("PEAK010", "«__all__»\nGROUP:«__orphans__»\nh1\nLUMP:l\n«__all__»\n__ALL__\n__all\n")]
    [InlineData("PEAK012", "h1«\r»\nh2\r\n")]
    [InlineData("PEAK012", "# x«\r»\nh2\n")]
    [InlineData("PEAK012", "h1\n«\r»\n")]
    [InlineData("PEAK012", "h1 «\r» \n")]
    [InlineData("PEAK012", "h\r1\n\rh2\n")]
    [InlineData("PEAK013", "h1« »\nh2«\t \t»\r\nh3« »")]
    [InlineData("PEAK013", "h1\r\n# x \n  \nGROUP:a \nh2\nLUMP:l \na« »\n")]
    [InlineData("PEAK014", "GROUP:a\n  h1\n LUMP:l\n«\t»a\n # x\n  \nGROUP:b\n h2\n")]
    [InlineData("PEAK015", "GROUP:« »a\nh1\nLUMP:«\t »l\na\nGROUP: \nh2\nGROUP:b c\nh 3\n")]
    [InlineData("PEAK017", "P«LUMP»ER\nGROUP:x«GROUP»\nh1\nLUMP:my«LUMP»S\nx«GROUP»:a\n# GROUP\n")]
    [InlineData("PEAK017", "group\nGroup:a\nlump\nGROU P\nGROUP:a\nLUMP:b\n")]
    [InlineData("PEAK018", " # «GROUP»\n\t#«LUMP»:x\n# GROUP:y\n # note\n#LUMP\n")]
    [InlineData("PEAK019", "h«#»1\nGROUP:a «#» note\nh 1 # x\n# x\n#\n")]
    [InlineData("PEAK020", "a«,»b\nu«@»h\nh«.»\n«.»h\na«..»b\nh«é»\nh«=»\nGROUP:a«*»\nGROUP:b« »c\na-1+b:d_e.f\n::1\n")]
    [InlineData("PEAK020", "h;,\nh#,\nh ,\nh\x1b,\n")]
    [InlineData("PEAK022", "«h1»\nh2\nGROUP:a\nh3\n")]
    [InlineData("PEAK022", "# x\n\n«h1»\nLUMP:l\n")]
    [InlineData("PEAK022", "h1\nh2\n")]
    [InlineData("PEAK022", "GROUP:a\nh1\n")]
    [InlineData("PEAK023", "h1\nh2\n«h1»\nGROUP:a\nh1\nh3\n«h3»\n«h3»\nGROUP:b\nh3\nGROUP:a\n«h1»\n")]
    [InlineData("PEAK023", "GROUP:a\nh1\nLUMP:l\na\n«a»\nLUMP:m\na\nGROUP:b\nh1\n")]
    [InlineData("PEAK024", "GROUP:a\nh1\nh2\nGROUP:b\n«h2»\nh1\n")]
    [InlineData("PEAK024", "h1\nGROUP:a\n«h1»\n")]
    [InlineData("PEAK024", "GROUP:a\nh1\nh1\nGROUP:a\nh1\nLUMP:l\na\nLUMP:m\na\n")]
    [InlineData("PEAK025", "GROUP:a\nh1\nLUMP:l\na\n«m»\nLUMP:m\na\nLUMP:n\n«l»\nghost\n")]
    [InlineData("PEAK025", "LUMP:l\nm\nLUMP:m\nl\n")]
    [InlineData("PEAK026", "LUMP:l\n«l»\nl\nLUMP:m\n«n»\nLUMP:n\nm\nm\nLUMP:o\nm\n")]
    [InlineData("PEAK026", "LUMP:a\nb\nc\nLUMP:b\nd\nLUMP:c\nd\nLUMP:d\ne\n")]
    [InlineData("PEAK027", "GROUP:a\nh1\nLUMP:l\na\n«ghost»\nm\nLUMP:m\n«ghost»\na\n")]
    [InlineData("PEAK027", "h1\nGROUP:a\nh2\nLUMP:l\nh1\n__all__\n")]
    [InlineData("PEAK028", "GROUP:web\nh1\nLUMP:l\nweb\n\n«spare»\nwbe\nLUMP:m\n\n# x\nother\n«other.example.com»\n")]
    [InlineData("PEAK029", "GROUP:a\nh1\nGROUP:«a»\nh2\nLUMP:a\nb\nLUMP:«a»\nc\nGROUP:«a»\n")]
    [InlineData("PEAK030", "GROUP:a\nh1\nLUMP:«a»\nb\nGROUP:a\nLUMP:b\nGROUP:«b»\n")]
    [InlineData("PEAK031", "GROUP:«a»\nGROUP:b\nh1\nLUMP:«l»\nGROUP:a\nGROUP:c\nLUMP:c\nb\n")]
    [InlineData("PEAK031", "a\nGROUP:«a»\n")]
    [InlineData("PEAK032", "«group»:a\n«Lump» b\n«GRUOP»:c\n«LUM» :d\n«lumps»:e\n")]
    [InlineData("PEAK032", "group\nclump\nclump c\nGROUP:a\nGROUP b\nfe80::1\n::1\nlab:x\n")]
    [InlineData("PEAK033", "GROUP:Web\nh1\n«H1»\nGROUP:«web»\nh2\nLUMP:l\n«WEB»\nh1\n")]
    [InlineData("PEAK033", "web\nGROUP:Web\nh1\né\nÉ\n")]
    [InlineData("PEAK035", "# a«\x1b»b\n#«\0»\n # «\u202E»x\n# tab\tand page\fbreak, größer\r\n\x1b\n")]
    [InlineData("PEAK036", "h:1\nGROUP:«last:failed»\nh2:22\nLUMP:«l:»\nlast:failed\nGROUP:last\nh3\n")]
    public void A_rule_points_at_its_places_and_at_no_others(string code, string marked)
    {
        var text = new StringBuilder();
        var expected = new List<TextSpan>();
        int start = 0;
        foreach (char c in marked)
        {
            int at = Encoding.UTF8.GetByteCount(text.ToString());
            if (c == '«') start = at;
            else if (c == '»') expected.Add(new TextSpan(start, at - start));
            else text.Append(c);
        }

        Assert.Equal(expected, ClusterFile.Parse(text.ToString()).Diagnostics.Where(d => d.Code == code).Select(d => d.Span));
    }

    [Theory]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    public void A_line_is_too_long_from_1024_bytes_on(int length, bool tooLong)
    {
        foreach (string end in (string[])["\n", "", "\nh1\n"])
        {
            var found =
                ClusterFile.Parse("# " + new string('x', length - 2) + end).Diagnostics.Where(d => d.Code == "PEAK016").Select(d => d.Span);
            Assert.Equal(tooLong ? [new TextSpan(1023, length - 1023)] : [], found);
        }
    }

    [Theory]
    [InlineData(253, false)]
    [InlineData(254, true)]
    public void A_host_name_is_too_long_from_254_bytes_on(int length, bool tooLong) =>
        Assert.Equal(tooLong, ClusterFile.Parse(new string('h', length)).Diagnostics.Any(d => d.Code == "PEAK034"));

    [Fact]
    public void Bytes_that_are_no_text_are_found_in_names()
    {
        byte[][] faulty =
            [[0xE9], [0xC2], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [(byte)'h', 0xFF, (byte)' ', (byte)'1']];
        foreach (byte[] name in faulty)
            Assert.Equal("PEAK002", Assert.Single(ClusterFile.Parse(name).Diagnostics).Code);
        Assert.DoesNotContain(ClusterFile.Parse([(byte)'#', 0xE9, (byte)'\n', (byte)'h']).Diagnostics, d => d.Severity == Severity.Error);
    }

    [Theory]
    [InlineData("\uFEFFh1\n", true)]
    [InlineData("\uFEFF", true)]
    [InlineData("h1\n\uFEFF# x\n", false)]
    public void Only_at_the_beginning_a_byte_order_mark_is_one(string text, bool isOne) =>
        Assert.Equal(isOne, ClusterFile.Parse(text).Diagnostics.Any(d => d.Code == "PEAK011"));

    [Theory]
    [InlineData("", true)]
    [InlineData("# x\n", true)]
    [InlineData("GROUP:a\nLUMP:l\na\n", true)]
    [InlineData("h1", false)]
    [InlineData("LUMP:l\nh1\nGROUP:a\nh1\n", false)]
    public void A_file_without_a_host_is_found(string text, bool hasNone) =>
        Assert.Equal(hasNone, ClusterFile.Parse(text).Diagnostics.Any(d => d.Code == "PEAK021"));

    [Fact]
    public void Every_rule_has_a_place_here()
    {
        var inTable = typeof(RulesTests).GetMethod(nameof(A_rule_points_at_its_places_and_at_no_others))!
            .GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(
                a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!);
        Assert.Equal(DiagnosticCatalogue.All.Select(d => d.Code),
            inTable.Concat(["PEAK002", "PEAK011", "PEAK016", "PEAK021", "PEAK034"]).Distinct().Order(StringComparer.Ordinal));
    }
}
