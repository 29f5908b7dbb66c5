using Peak.Cli.CommandLine.Options;

namespace Peak.Cli.Tests.CommandLine;

public class CommandOptionsTests
{
    private static CommandSettings Read(string line)
    {
        var options = new CommandOptions();
        return ParsedLine.Of(line, options.AddTo, options.Read);
    }

    [Fact]
    public void The_words_of_the_command_stay_as_they_are()
    {
        var command = Read("-- ls -l --sudo -- x");
        Assert.Equal(["ls", "-l", "--sudo", "--", "x"], command.Words);
        Assert.Equal("ls -l --sudo -- x", command.Text);
        Assert.Equal((null, null, false), (command.SudoUser, command.Script, command.SendsInput));
    }

    [Fact]
    public void A_script_has_arguments()
    {
        var command = Read("--script it's.sh -- a b");
        Assert.Equal("it's.sh", command.Script);
        Assert.Equal(@"--script 'it'\''s.sh' a b", command.Text);
        Assert.Equal("--script a", Read("--script a").Text);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("--sudo", "root")]
    [InlineData("--sudo=", "root")]
    [InlineData("--sudo=web", "web")]
    public void Sudo_is_to_root_unless_somebody_is_named(string line, string? user) => Assert.Equal(user, Read(line).SudoUser);

    [Fact]
    public void Standard_input_is_sent_when_that_is_wanted() => Assert.True(Read("--stdin").SendsInput);

    [Fact]
    public void Variables_have_names_and_any_value_and_the_last_one_counts()
    {
        var environment = Read("--env A=1 --env _b2= --env C=x=y --env A=2").Environment;
        Assert.Equal([("A", "2"), ("C", "x=y"), ("_b2", "")], environment.Select(v => (v.Key, v.Value)).Order());
    }

    [Theory]
    [InlineData("A")]
    [InlineData("=1")]
    [InlineData("2A=1")]
    [InlineData("A-B=1")]
    [InlineData("A;reboot=1")]
    public void What_is_no_variable_is_refused(string assignment) => ParsedLine.Refused(
        $"--env takes NAME=VALUE with a name of letters, digits and '_', not '{assignment}'", () => Read($"--env {assignment}"));
}
