using System.Text;
using CsCheck;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Tests;

public class ClusterLoadTests
{
    private static readonly string[] Lines =
    [
        "GROUP:a\n", "GROUP:b\n", "LUMP:l\n", "LUMP:a\n", "GROUP:\n", "a\n", "b\n", "l\n", "h1\n", "h2\n", "h3.example.com\n",
        "\n", "# text\n", " h4 \r\n", "\tGROUP: c \n", "-x\n", "h\u00e9\n", "\0\n", "__all__\n", "GROUP:__orphans__\n", "h5",
    ];

    private static readonly Gen<string> GenText =
        Gen.Int[0, Lines.Length - 1].Select(i => Lines[i]).List[0, 40].Select(string.Concat);

    [Fact]
    public void A_file_read_in_pieces_means_the_same_as_its_text_as_a_whole() =>
        GenText.Sample(text =>
        {
            using var folder = new TemporaryFolder();
            return Describe(Cluster.Load(folder.Write("c", text), lenient: true)) == Describe(Cluster.Parse(text, lenient: true));
        });

    [Fact]
    public Task A_file_read_asynchronously_means_the_same_as_its_text() => GenText.SampleAsync(async text =>
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("c", text);
        var cluster = await Cluster.LoadAsync(path, lenient: true, TestContext.Current.CancellationToken);
        return Describe(cluster) == Describe(Cluster.Parse(text, lenient: true)) && cluster.Path == path;
    });

    [Fact]
    public async Task A_file_with_errors_is_refused_asynchronously_too()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("c", "bad;name\n");
        var exception = await Assert.ThrowsAsync<ClusterFileException>(
            () => Cluster.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(path, exception.Path);
    }

    [Fact]
    public async Task Loading_that_is_cancelled_reads_nothing()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("c", "a\n");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Cluster.LoadAsync(path, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(200_000)]
    public void Hosts_of_a_file_of_any_size_are_all_there_in_order(int count)
    {
        using var folder = new TemporaryFolder();
        var names = Enumerable.Range(0, count).Select(i => $"node{i * 7919 % count}.example.com").ToArray();
        var cluster = Cluster.Load(folder.Write("c", "GROUP:g\n" + string.Join('\n', names)));
        Assert.Equal(names, cluster.Hosts.Select(h => h.Name));
        Assert.Equal(count / 2, cluster.Groups["g"].Hosts.TakeWhile(h => h.Name != names[count / 2]).Count());
        Assert.True(cluster.Hosts.Contains(names[^1]));
        Assert.False(cluster.Hosts.Contains("node"));
    }

    [Fact]
    public void Lists_give_names_and_places_without_an_object_for_each()
    {
        var cluster = Cluster.Parse("GROUP:b\nh2\nh1\nLUMP:a\nb\n");
        Assert.Equal(["h2", "h1"], Enumerable.Range(0, 2).Select(cluster.Hosts.GetName));
        Assert.Equal("h1", Encoding.UTF8.GetString(cluster.Hosts.GetUtf8Name(1)));
        Assert.Equal([1, -1, -1], ((string[])["h1", "b", "h"]).Select(cluster.Hosts.IndexOf));
        Assert.Equal(1, cluster.Hosts.IndexOf("h1"u8));
        Assert.Equal(["b", "a"], Enumerable.Range(0, 2).Select(cluster.Groups.GetName));
        Assert.Equal("a", Encoding.UTF8.GetString(cluster.Groups.GetUtf8Name(1)));
        Assert.Equal([1, -1, -1], ((string[])["a", "h1", "__all__"]).Select(cluster.Groups.IndexOf));
        Assert.Equal(-1, cluster.Groups.IndexOf("x"u8));
    }

    [Fact]
    public void Names_of_every_length_are_told_apart()
    {
        var names = Enumerable.Range(1, 300).SelectMany(i => (string[])[new string('a', i), new string('a', i - 1) + "b"]).ToArray();
        var cluster = Cluster.Parse("GROUP:g\n" + string.Join('\n', names), lenient: true);
        Assert.Equal(names.Distinct(), cluster.Hosts.Select(h => h.Name));
        Assert.All(names, name => Assert.Equal(name, cluster.Hosts[name].Name));
    }

    [Fact]
    public void A_name_longer_than_any_block_of_memory_is_kept_whole()
    {
        string name = new('n', 20_000_000);
        var cluster = Cluster.Parse($"a\n{name}\nb\n", lenient: true);
        Assert.Equal(["a", name, "b"], cluster.Hosts.Select(h => h.Name));
    }

    [Fact]
    public void Names_in_the_same_place_of_a_file_and_of_another_cluster_do_not_meet()
    {
        var one = Cluster.Parse("GROUP:a\nh1\n");
        var two = Cluster.Parse("GROUP:a\nh2\n");
        Assert.Equal(["h1"], one.Groups["a"].Hosts.Select(h => h.Name));
        Assert.Equal(["h2"], two.Groups["a"].Hosts.Select(h => h.Name));
    }

    [Fact]
    public void A_deep_nest_of_lumps_is_resolved_without_a_deep_stack()
    {
        var text = new StringBuilder("GROUP:g\nh1\nh2\n");
        for (int chain = 0; chain < 10; chain++)
            for (int depth = 0; depth < 1000; depth++)
                text.Append($"LUMP:l{chain}x{depth}\n{(depth == 0 ? "g" : $"l{chain}x{depth - 1}")}\n");
        var cluster = Cluster.Parse(text.ToString(), lenient: true);
        Assert.All(cluster.Groups, group => Assert.Equal(["h1", "h2"], group.Hosts.Select(h => h.Name)));
        Assert.Equal(10_001, cluster.Hosts["h1"].Groups.Count);
    }

    [Fact]
    public void Many_lumps_over_many_hosts_are_resolved_each_in_one_pass()
    {
        var text = new StringBuilder();
        for (int group = 0; group < 100; group++)
        {
            text.Append($"GROUP:g{group}\n");
            for (int host = 0; host < 1000; host++) text.Append($"h{group}x{host}\n");
        }

        for (int lump = 0; lump < 1000; lump++)
            text.Append($"LUMP:l{lump}\n").AppendJoin('\n', Enumerable.Range(0, 100).Select(g => $"g{g}")).Append('\n');
        var cluster = Cluster.Parse(text.ToString(), lenient: true);
        Assert.All(cluster.Groups.Where(g => g.Name[0] == 'l'), lump => Assert.Equal(100_000, lump.Hosts.Count));
        Assert.Equal(1001, cluster.Hosts[99_999].Groups.Count);
    }

    [Fact]
    public void A_line_that_never_ends_is_refused_before_it_fills_the_memory()
    {
        Assert.Throws<IOException>(() => Cluster.Load("/dev/zero", lenient: true));
        Assert.Throws<IOException>(() => ClusterFile.Load("/dev/zero"));
    }

    [Fact]
    public Task A_line_that_never_ends_is_refused_asynchronously_too() =>
        Assert.ThrowsAsync<IOException>(() => Cluster.LoadAsync("/dev/zero", lenient: true, TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_pipe_is_read_once_and_to_its_end()
    {
        using var folder = new TemporaryFolder();
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", folder["pipe"]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        var writing = Task.Run(() => File.WriteAllText(folder["pipe"], "a\nGROUP:g\nb\n"), TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b"], Cluster.Load(folder["pipe"], lenient: true).Hosts.Select(h => h.Name));
        await writing;
    }

    [Fact]
    public void An_empty_device_is_a_cluster_of_no_hosts() => Assert.Empty(Cluster.Load("/dev/null").Hosts);

    [Fact]
    public void A_file_that_does_not_exist_can_not_be_loaded_by_name() =>
        Assert.Throws<FileNotFoundException>(() => Cluster.Load(Path.Combine(Path.GetTempPath(), "peak-no-such-file")));

    [Fact]
    public void This_machine_is_found_by_its_full_name_else_by_an_unambiguous_short_one()
    {
        string name = System.Net.Dns.GetHostName(), shortName = name.Split('.')[0];
        Assert.Equal(name, Cluster.Parse($"other\n{name}\n{shortName}.elsewhere\n").LocalHost?.Name);
        Assert.Equal($"{shortName}.a.example", Cluster.Parse($"other\n{shortName}.a.example\n", lenient: true).LocalHost?.Name);
        Assert.Null(Cluster.Parse($"{shortName}.a.example\n{shortName}.b.example\n", lenient: true).LocalHost);
        Assert.Null(Cluster.Parse("other\n", lenient: true).LocalHost);
        Assert.Equal(name, Cluster.OfThisMachine().LocalHost?.Name);
    }

    internal static string Describe(Cluster cluster)
    {
        var text = new StringBuilder();
        foreach (var group in cluster.Groups.Append(cluster.All).Append(cluster.Orphans))
            text.Append($"{group.Name} {group.Kinds}: {string.Join(' ', group.Members)}: {string.Join(' ', group.Hosts)}\n");
        foreach (var host in cluster.Hosts) text.Append($"{host}: {string.Join(' ', host.Groups)}\n");
        return text.ToString();
    }
}
