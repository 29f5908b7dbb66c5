using Peak.Cli.CommandLine.Options;

namespace Peak.Cli.Tests.CommandLine;

public class TargetOptionsTests
{
    private static TargetSelection Read(string line)
    {
        var options = new TargetOptions();
        return ParsedLine.Of(line, options.AddTo, options.Read);
    }

    [Fact]
    public void No_option_names_no_host()
    {
        var selection = Read("");
        Assert.True(selection.NamesNone);
        Assert.Equal(
            (false, null, false, false, false),
            (selection.All, selection.Pick, selection.Next, selection.OnlyUp, selection.ReadsInput));
        Assert.Empty(selection.Exclude);
    }

    [Theory]
    [InlineData("-w web1 -w db[1-2]")]
    [InlineData("--nodes web1 --nodes=db[1-2]")]
    [InlineData("-wweb1 -w=db[1-2]")]
    public void Node_sets_add_up_in_the_order_in_which_they_are_given(string line) =>
        Assert.Equal(["web1", "db[1-2]"], Read(line).Nodes);

    [Fact]
    public void Groups_are_separated_by_commas_and_empty_ones_are_nothing() =>
        Assert.Equal(["web", "@db", "east"], Read("-g web,@db, -g ,,east").Groups);

    [Fact]
    public void Hosts_are_left_out_and_files_of_them_read()
    {
        var selection = Read("-x web7 --exclude @db --hostfile a --hostfile b");
        Assert.Equal(["web7", "@db"], selection.Exclude);
        Assert.Equal(["a", "b"], selection.HostFiles);
    }

    [Theory]
    [InlineData("-w web1", false)]
    [InlineData("-g web", false)]
    [InlineData("-a", false)]
    [InlineData("--all", false)]
    [InlineData("--hostfile a", false)]
    [InlineData("-x web1", true)]
    [InlineData("--pick 3", true)]
    public void Leaving_out_and_choosing_name_no_host(string line, bool namesNone) => Assert.Equal(namesNone, Read(line).NamesNone);

    [Theory]
    [InlineData("-w -", true)]
    [InlineData("-w web1 -w -", true)]
    [InlineData("-w web1", false)]
    public void A_hyphen_is_standard_input(string line, bool readsInput) => Assert.Equal(readsInput, Read(line).ReadsInput);

    [Theory]
    [InlineData("--pick 3", 3)]
    [InlineData("--one", 1)]
    [InlineData("--one --pick 3", 1)]
    public void Some_hosts_are_chosen(string line, int pick) => Assert.Equal(pick, Read(line).Pick);

    [Fact]
    public void The_next_host_and_those_that_are_up()
    {
        Assert.True(Read("--next").Next);
        Assert.True(Read("--up").OnlyUp);
    }

    [Theory]
    [InlineData("--pick 0", "--pick takes a number from 1, not '0'.")]
    [InlineData("--pick some", "--pick takes a number from 1, not 'some'.")]
    [InlineData("--pick -1", "--pick takes a number from 1, not '-1'.")]
    public void What_is_no_number_of_hosts_is_refused(string line, string message) => ParsedLine.Refused(message, () => Read(line));
}
