using System.CommandLine;
using Peak.Cli.CommandLine;
using Peak.Cli.Commands.Run;

namespace Peak.Cli.Tests.CommandLine;

/// <summary>Command lines that are read without a process.</summary>
internal static class ParsedLine
{
    /// <summary>Reads what a group of options makes of a command line; words are separated by spaces, '' is an empty one.</summary>
    /// <param name="line">The command line, options only.</param>
    /// <param name="addTo">Adds the options.</param>
    /// <param name="read">Reads them.</param>
    public static T Of<T>(string line, Action<Command> addTo, Func<ParseResult, T> read)
    {
        var command = new RootCommand();
        addTo(command);
        string[] words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "''" ? "" : word)];
        var parse = command.Parse(words, Program.ParserConfiguration);
        return parse.Errors.Count == 0 ? read(parse) : throw CommandFailure.Usage(parse.Errors[0].Message);
    }

    /// <summary>Reads a whole command line of <c>peak run</c>, as the command does.</summary>
    /// <exception cref="CommandFailure">It is refused.</exception>
    public static RunRequest Run(params string[] args)
    {
        var root = Program.CreateRoot(args);
        var parse = root.Parse(OperandFirst.Mark(root, args), Program.ParserConfiguration);
        if (parse.Errors.Count > 0) throw CommandFailure.Usage(parse.Errors[0].Message);
        return Assert.IsType<RunCommand>(parse.CommandResult.Command).Read(parse, json: false);
    }

    /// <summary>Asserts that something is refused as wrong usage.</summary>
    public static void Refused(string message, Func<object> read)
    {
        var failure = Assert.Throws<CommandFailure>(() => { read(); });
        Assert.Equal((2, message), (failure.ExitCode, failure.Message));
    }
}
