using System.Text;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Clusters.Tests.Diagnostics;

/// <summary>What holds for all diagnostics; each kind is tested by the example of its page and by the corpus.</summary>
public class CheckerTests
{
    [Fact]
    public void Diagnostics_come_in_order_of_position()
    {
        var diagnostics = ClusterFile.Parse("h1\nGROUP:a\nh 1\nh1\nLUMP:x\n y\na\na\n").Diagnostics;
        Assert.True(diagnostics.Count > 4);
        Assert.Equal(diagnostics.OrderBy(d => d.Span.Start), diagnostics);
    }

    [Fact]
    public void A_diagnostic_knows_its_file_and_place()
    {
        var diagnostic = Assert.Single(ClusterFile.Parse("# Größe\nGROUP:a\nh1 \n", "my.cluster").Diagnostics);
        Assert.Equal("PEAK013", diagnostic.Code);
        Assert.Equal("my.cluster", diagnostic.Path);
        Assert.Equal(new TextPosition(3, 3), diagnostic.Start);
        Assert.Equal(new TextPosition(3, 4), diagnostic.End);
        Assert.StartsWith("my.cluster:3:3: warning PEAK013: ", diagnostic.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_diagnostics_of_one_kind_are_listed_up_to_a_thousand_and_counted()
    {
        var text = new StringBuilder("GROUP:a\n");
        for (int i = 0; i < 1_000_000; i++) text.Append('h').Append(i).Append(" \n");
        var diagnostics = ClusterFile.Parse(text.ToString()).Diagnostics;
        Assert.Equal(1001, diagnostics.Count);
        Assert.All(diagnostics, d => Assert.Equal("PEAK013", d.Code));
        Assert.Equal(1002, diagnostics[^1].Start.Line);
        Assert.Contains("This and 998999 more", diagnostics[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lump_of_a_hundred_thousand_names_nobody_declares_is_checked_in_linear_time()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) text.Append("GROUP:name").Append(i).Append("\nhost").Append(i).Append('\n');
        text.Append("LUMP:x\n");
        for (int i = 0; i < 100_000; i++) text.Append("nane").Append(i).Append('\n');
        var diagnostics = ClusterFile.Parse(text.ToString()).Diagnostics;
        Assert.Equal(1001, diagnostics.Count);
        // Each is near a declared one, and all of these would have to be looked at.
        Assert.DoesNotContain(diagnostics, d => d.Remedy.Contains("Did you mean", StringComparison.Ordinal));
    }

    [Fact]
    public void Lumps_nested_by_the_hundred_thousand_in_one_cycle_are_one_diagnostic()
    {
        const int Count = 100_000;
        var text = new StringBuilder("GROUP:a\nh1\n");
        for (int i = 0; i < Count; i++) text.Append("LUMP:l").Append(i).Append("\nl").Append((i + 1) % Count).Append('\n');
        var diagnostic = Assert.Single(ClusterFile.Parse(text.ToString()).Diagnostics);
        Assert.Equal("The lump 'l0' contains itself: 'l0' → 'l1' → 'l2' → 'l3' → … → 'l0'.", diagnostic.Message);
    }

    [Theory]
    [InlineData("wbe", "Did you mean 'web'?")]
    [InlineData("WEB", "Did you mean 'web'?")]
    [InlineData("databse", "Did you mean 'database'?")]
    [InlineData("mail", "Declare it with a GROUP: section, or remove it here.")]
    [InlineData("web2", "Declare it with a GROUP: section, or remove it here.")]
    public void A_group_that_is_not_declared_is_compared_with_those_that_are(string name, string remedy)
    {
        var diagnostics = ClusterFile.Parse($"GROUP:web\nh1\nGROUP:database\nh2\nLUMP:x\nweb\n{name}\n").Diagnostics;
        Assert.Equal(remedy, Assert.Single(diagnostics, d => d.Code == "PEAK027").Remedy);
    }

    [Theory]
    [InlineData("a\x1b[31mb", "'a^[[31mb'")]
    [InlineData("a\u202Eb", "'a<U+202E>b'")]
    [InlineData("a\u0085b", "'a<U+0085>b'")]
    [InlineData("a\u00A0b", "'a<U+00A0>b'")]
    [InlineData("a\0b", "'a^@b'")]
    public void Nothing_a_terminal_obeys_gets_into_a_message(string name, string quoted)
    {
        var diagnostic = Assert.Single(ClusterFile.Parse(name).Diagnostics);
        Assert.Contains(quoted, diagnostic.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(diagnostic.ToString(), c => char.IsControl(c) || c is '\u202E');
    }

    [Fact]
    public void A_name_as_long_as_a_book_is_cut_in_a_message() =>
        Assert.True(ClusterFile.Parse(new string('x', 1_000_000) + ";").Diagnostics[0].Message.Length < 200);

    [Fact]
    public void A_kind_is_found_by_its_code_in_any_case()
    {
        Assert.True(DiagnosticCatalogue.TryGetValue("peak012", out var descriptor));
        Assert.Equal("PEAK012", descriptor.Code);
        Assert.False(DiagnosticCatalogue.TryGetValue("PEAK999", out _));
    }
}
