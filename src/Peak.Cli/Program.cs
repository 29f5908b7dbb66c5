using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Peak.Cli.Commands.NodeSets;

namespace Peak.Cli;

/// <summary>Wiring: the verbs, and what becomes of their outputs and exceptions.</summary>
internal static class Program
{
    public static Output Out { get; } = new(new StandardStream(1));

    public static Output Error { get; } = new(new StandardStream(2));

    private static readonly IReadOnlyList<string> RootExamples =
    [
        "peak hosts @web --cluster /etc/cluster   the hosts of a group",
        "peak check /etc/cluster                  what is wrong with the file",
        "peak run -w '@web!web7' uptime           a command on hosts",
    ];

    public static string Version => typeof(Program).Assembly.GetName().Version!.ToString(3);

    private static async Task<int> Main(string[] args)
    {
        int exitCode;
        try
        {
            args = ArgumentBytes.Restore(args);
            exitCode = NodeSetCommand.Takes(args, out var nodeSet) ? NodeSetCommand.Run(nodeSet) : await Invoke(args).ConfigureAwait(false);
            Out.Flush();
        }
        catch (BrokenPipeException)
        {
            return ExitCodes.Success;
        }
        catch (CommandFailure failure)
        {
            exitCode = failure.ExitCode;
            Complain(() => Error.Raw("peak: ").Line(failure.Message));
        }
        catch (ClusterFileException exception)
        {
            exitCode = ExitCodes.Usage;
            Complain(() => Invocation.Report(exception, Error));
        }
        catch (IOException exception)
        {
            exitCode = ExitCodes.Usage;
            Complain(() => Error.Raw("peak: ").Line(exception.Message));
        }
        catch (OutOfMemoryException)
        {
            exitCode = ExitCodes.Usage;
            Complain(() => Error.Raw("peak: there is not enough memory").Line());
        }

        try
        {
            Error.Flush();
        }
        catch (BrokenPipeException)
        {
        }
        catch (IOException)
        {
            // There is nobody left to tell, but what was lost may have held the output of a host: that is no success.
            if (exitCode == ExitCodes.Success) exitCode = ExitCodes.Usage;
        }

        return exitCode;
    }

    // Response files would take the @ of groups.
    public static ParserConfiguration ParserConfiguration => new() { ResponseFileTokenReplacer = null };

    /// <summary>The command with the verbs that <paramref name="args"/> may need; with all of them where they name none.</summary>
    public static RootCommand CreateRoot(params ReadOnlySpan<string> args)
    {
        var root = new RootCommand("One file says what the cluster is: query it, check it, run commands on its hosts.");
        root.Directives.Clear();
        GlobalOptions.AddTo(root);
        Verbs.AddTo(root, args);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help }) option.Action = new HelpWithExamples(help);
            if (option is VersionOption) option.Action = new PrintVersion();
        }

        return root;
    }

    private static Task<int> Invoke(string[] args)
    {
        var root = CreateRoot(args);
        return Invoke(root.Parse(OperandFirst.Mark(root, args), ParserConfiguration));
    }

    private static Task<int> Invoke(ParseResult parse)
    {
        if (parse.Action is not ParseErrorAction)
        {
            return parse.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = new OutputWriter(Out),
                Error = new OutputWriter(Error),
            });
        }

        string path = string.Join(' ', Path(parse.CommandResult.Command));
        foreach (var error in parse.Errors) Error.Raw("peak: ").Line(error.Message);
        Error.Raw($"Try '{path} --help'.").Line();
        return Task.FromResult(ExitCodes.Usage);
    }

    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Path(parent).Append(command.Name) : ["peak"];

    // What was printed before the failure still belongs to the user.
    private static void Complain(Action complain)
    {
        try
        {
            Out.Flush();
        }
        catch (IOException)
        {
        }

        complain();
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            var examples = parseResult.CommandResult.Command is Verb verb ? verb.Examples : RootExamples;
            if (examples.Count > 0) Out.Raw("Examples:").Line();
            foreach (string line in examples) Out.Raw("  ").Raw(line).Line();
            return ExitCodes.Success;
        }
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            Out.Raw($"peak {Version}").Line();
            return ExitCodes.Success;
        }
    }
}
