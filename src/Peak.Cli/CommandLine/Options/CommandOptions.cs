using System.CommandLine;
using Peak.Clusters.Remote;

namespace Peak.Cli.CommandLine.Options;

/// <summary>The command and what it is to have: a script, input, sudo, an environment.</summary>
internal sealed class CommandOptions
{
    private readonly Argument<string[]> _words = new("COMMAND")
    {
        Description = "What to run: words joined by spaces for the shell of each host, as with ssh.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _script = OptionTypes.Text(
        "--script", null, "FILE", "Run a file of this machine on the hosts; COMMAND are its arguments.");

    private readonly Option<bool> _watch = OptionTypes.Flag(
        "--watch", "Have each host end its command where peak is killed or the connection is lost.");

    private readonly Option<bool> _stdin = OptionTypes.Flag("--stdin", "Send standard input to every host, instead of nothing.");
    private readonly Option<string?> _sudo = new("--sudo")
    {
        Description = "Run as root, or as USER (--sudo=USER), by sudo; asks for the password once.",
        HelpName = "USER",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _environment = OptionTypes.Texts(
        "--env", null, "NAME=VALUE", "Set an environment variable of the command.");

    /// <summary>The options, the most used first.</summary>
    public IEnumerable<Option> All => [_sudo, _script, _stdin, _environment, _watch];

    public void AddTo(Command command)
    {
        command.Arguments.Add(_words);
        foreach (var option in All) command.Options.Add(option);
    }

    /// <exception cref="CommandFailure">An assignment is none.</exception>
    public CommandSettings Read(ParseResult parse) => new()
    {
        Words = parse.GetValue(_words) ?? [],
        Script = parse.GetValue(_script),
        SendsInput = parse.GetValue(_stdin),
        EndsWithConnection = parse.GetValue(_watch),
        SudoUser = parse.GetResult(_sudo) is null ? null : parse.GetValue(_sudo) is { Length: > 0 } user ? user : "root",
        SudoUserIsDefault = parse.GetResult(_sudo) is not null && string.IsNullOrEmpty(parse.GetValue(_sudo)),
        Environment = ToEnvironment(parse.GetValue(_environment) ?? []),
    };

    private static Dictionary<string, string> ToEnvironment(string[] assignments)
    {
        var environment = new Dictionary<string, string>();
        foreach (string text in assignments)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !RemoteCommand.IsVariableName(text.AsSpan(0, equals)))
                throw CommandFailure.Usage($"--env takes NAME=VALUE with a name of letters, digits and '_', not '{text}'");
            environment[text[..equals]] = text[(equals + 1)..];
        }

        return environment;
    }
}
