using CsCheck;
using Peak.Cli.CommandLine;
using Peak.Cli.Commands.Run;

namespace Peak.Cli.Tests.CommandLine;

public class OperandFirstTests
{
    private static RunRequest Read(string line) => ParsedLine.Run(line.Split(' '));

    [Theory]
    [InlineData("run -w web1 ls -l", "ls -l")]
    [InlineData("run -w web1 -- ls -l", "ls -l")]
    [InlineData("run -w web1 -- -l", "-l")]
    [InlineData("run -w web1 -- -- -l", "-- -l")]
    [InlineData("run -w web1 ls -- -w web2", "ls -- -w web2")]
    [InlineData("run -aq echo --sudo -w web2 --nope", "echo --sudo -w web2 --nope")]
    [InlineData("run --sudo systemctl restart app", "systemctl restart app")]
    [InlineData("run --sudo=web id", "id")]
    [InlineData("run -b true", "true")]
    [InlineData("run run run", "run run")]
    [InlineData("run - a", "- a")]
    [InlineData("--cluster run run -v hosts", "hosts")]
    [InlineData("-v run --color always date", "date")]
    [InlineData("run -w web1", "")]
    public void What_follows_the_first_operand_is_the_command_s(string line, string command) =>
        Assert.Equal(command, string.Join(' ', Read(line).Command.Words));

    [Theory]
    [InlineData("run -bw web1 date")]
    [InlineData("run -bwweb1 date")]
    [InlineData("run -bw=web1 date")]
    [InlineData("run -b -wweb1 date")]
    [InlineData("run -b -w=web1 date")]
    [InlineData("run -b --nodes=web1 date")]
    public void Letters_stand_together_and_values_with_them(string line)
    {
        var request = Read(line);
        Assert.Equal(["web1"], request.Targets.Nodes);
        Assert.True(request.Output.Gather);
        Assert.Equal(["date"], request.Command.Words);
    }

    [Theory]
    [InlineData("run -f16 date")]
    [InlineData("run -f 16 date")]
    [InlineData("run -qf16 date")]
    public void Numbers_stand_with_their_letters(string line) => Assert.Equal(16, Read(line).Connection.FanOut);

    [Theory]
    [InlineData("run --fanuot 3 date", "--fanuot", "; did you mean '--fanout'?")]
    [InlineData("run --no-perist=1 date", "--no-perist", "; did you mean '--no-persist'?")]
    [InlineData("run --verbos date", "--verbos", "; did you mean '--verbose'?")]
    [InlineData("run --quite-another-thing date", "--quite-another-thing", "")]
    [InlineData("run -w web1 -Z date", "-Z", "")]
    [InlineData("run -bZ date", "-Z", "")]
    [InlineData("run -1", "-1", "")]
    public void An_unknown_option_is_not_the_command(string line, string option, string guess) => ParsedLine.Refused(
        $"'peak run' has no option '{option}'{guess} (a command that begins with '-' comes after '--')", () => Read(line));

    [Theory]
    [InlineData("hosts --nope -- @odd")]
    [InlineData("gather -bZ")]
    [InlineData("-Z hosts")]
    [InlineData("edit add --dry-run web1 --nope")]
    public void No_verb_takes_an_option_that_it_has_not(string line)
    {
        string[] args = line.Split(' ');
        Assert.Equal(2, Assert.Throws<CommandFailure>(() => OperandFirst.Mark(Program.CreateRoot(args), args)).ExitCode);
    }

    [Theory]
    [InlineData("hosts -- --nope")]
    [InlineData("gather -bs= -")]
    [InlineData("trust -oA=b -p22 -t 1s web1")]
    [InlineData("-v edit add web1 -ng web --lenient")]
    [InlineData("--color never")]
    public void What_a_verb_has_it_takes_as_it_is(string line)
    {
        string[] args = line.Split(' ');
        Assert.Same(args, OperandFirst.Mark(Program.CreateRoot(args), args));
    }

    [Fact]
    public void Other_verbs_take_options_anywhere()
    {
        string[] args = ["hosts", "@odd", "--cluster", "file"];
        Assert.Same(args, OperandFirst.Mark(Program.CreateRoot(args), args));
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    private static readonly Gen<string> Names = OneOf("web1", "@db", "n[1-3]", "run", "hosts", "a=b", "-", "date");

    private static readonly Gen<string[]> Options = Gen.OneOf(
        OneOf("-a", "-b", "-L", "-q", "-bq", "-v", "-n", "--sudo", "--sudo=web", "--stdin", "--lenient", "--next")
            .Select(flag => new[] { flag }),
        Gen.Select(
            OneOf("-w", "-g", "-x", "-bw", "--nodes", "--hostfile", "--cluster", "-l"), Names, (name, value) => new[] { name, value }),
        Gen.Select(OneOf("-w", "-g=", "-w=", "-qw", "--nodes=", "--cluster=", "--check="), Names, (name, value) => new[] { name + value }),
        Gen.Select(OneOf("-f", "-t", "-u", "--canary", "--retries"), Gen.Int[1, 99], (name, value) => new[] { name, $"{value}" }),
        Gen.Int[1, 99].Select(value => new[] { $"-f{value}" }));

    private static readonly Gen<string> Words = Gen.OneOf(
        Names, OneOf("--", "-w", "-l", "--sudo", "--nope", "--cluster", "-f16", "", "a b"));

    [Fact]
    public void Whatever_options_come_first_the_command_stays_as_it_was_typed() =>
        Gen.Select(Options.Array[0, 6], Words.Array[0, 5]).Sample((options, rest) =>
        {
            // An option with one value is refused when it is given twice.
            string[] once = [.. options.DistinctBy(o => o[0].TrimEnd("0123456789".ToCharArray()).Split('=')[0]).SelectMany(o => o)];
            string[] command = ["cmd", .. rest];
            // Where no hosts are named, options after the command are refused.
            Assert.Equal(command, ParsedLine.Run(["run", "-w", "n1", .. once, .. command]).Command.Words);
            Assert.Equal(command, ParsedLine.Run(["run", .. once, "--", .. command]).Command.Words);
        });

    [Fact]
    public void Whatever_is_typed_it_is_refused_or_its_end_is_the_command() =>
        Gen.OneOf(Words, Options.Select(o => o[0])).Array[0, 8].Sample(args =>
        {
            try
            {
                var command = ParsedLine.Run(["run", .. args]).Command.Words;
                Assert.Equal(args[^command.Count..], command);
            }
            catch (CommandFailure failure)
            {
                Assert.Equal(2, failure.ExitCode);
            }
        });
}
