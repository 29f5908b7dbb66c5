using System.Xml.Linq;

namespace Peak.Cli.Tests;

public class GraphTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static Finished Graph(string format, string file) =>
        PeakProcess.Run("graph", "--format", format, "--lenient", "--cluster", file);

    [Fact]
    public void Mermaid_has_groups_lumps_hosts_and_who_lists_whom()
    {
        string[] lines = Graph("mermaid", Checkout.Sample).Lines;
        Assert.Equal("flowchart LR", lines[0]);
        Assert.Contains("  g5{{\"weird\"}}", lines);
        Assert.Contains("  h2[\"one.baz.com\"]", lines);
        Assert.Contains("  g5 --> g4", lines);
        Assert.Contains("  g5 --> g3", lines);
        Assert.Contains("  g0 --> h0", lines);
        Assert.DoesNotContain("  g5 --> h2", lines);
    }

    [Fact]
    public void Dot_has_the_same()
    {
        string[] lines = Graph("dot", Checkout.Sample).Lines;
        Assert.Equal("digraph \"numbers.cluster\" {", lines[0]);
        Assert.Contains("  g5 [label=\"weird\", shape=hexagon];", lines);
        Assert.Contains("  g5 -> g4;", lines);
        Assert.Equal("}", lines[^1]);
    }

    [Fact]
    public void The_picture_has_a_dot_where_a_group_lists_a_host_and_a_ring_where_a_lump_brings_it_in()
    {
        var marks = XDocument.Parse(Graph("svg", Checkout.Sample).Out).Descendants(Svg + "circle")
            .Where(c => c.Element(Svg + "title") is not null)
            .ToDictionary(c => c.Element(Svg + "title")!.Value, c => c.Attribute("class")!.Value);
        Assert.Equal(2 + 3 + 3 + 4 + 2 + 5, marks.Count);
        Assert.Equal("dot", marks["one.baz.com in qux"]);
        Assert.Equal("ring", marks["one.baz.com in weird"]);
        Assert.Equal("dot", marks["foo.baz.com in orphans"]);
    }

    [Fact]
    public void The_picture_in_the_documentation_is_that_of_the_sample() =>
        Assert.Equal(File.ReadAllText(Checkout.Path("docs", "numbers.svg")), Graph("svg", Checkout.Sample).Out);

    [Theory]
    [InlineData("<script>&\"'")]
    [InlineData("a\u0001\u001b]0;x\u0007")]
    [InlineData("日本.example")]
    public void Any_name_makes_a_well_formed_picture(string name)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", $"GROUP:{name}g\n{name}\nLUMP:l\n{name}g\n");
        var run = Graph("svg", file);
        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(XDocument.Parse(run.Out).Descendants(Svg + "text"));
    }

    [Fact]
    public void Of_many_hosts_the_groups_are_drawn_with_their_numbers()
    {
        using var folder = new TemporaryFolder();
        string members = string.Concat(Enumerable.Range(1, 1000).Select(i => $"n{i}\n"));
        string file = folder.Write("f", $"GROUP:many\n{members}LUMP:all\nmany\n");
        var picture = XDocument.Parse(Graph("svg", file).Out);
        Assert.DoesNotContain(picture.Descendants(Svg + "text"), t => t.Value == "n1");
        Assert.Equal(2, picture.Descendants(Svg + "text").Count(t => t.Value == "1000"));
        Assert.Contains("  g0([\"many (1000 hosts)\"])", Graph("mermaid", file).Lines);
        Assert.Contains("  g1 -> g0;", Graph("dot", file).Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("LUMP:a\na\n")]
    [InlineData("LUMP:a\nb\nLUMP:b\na\n")]
    [InlineData("GROUP:a\n")]
    public void Odd_clusters_can_be_drawn(string text)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("f", text);
        foreach (string format in (string[])["svg", "dot", "mermaid"]) Assert.Equal(0, Graph(format, file).ExitCode);
    }
}
