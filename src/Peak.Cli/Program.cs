using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.Commands.NodeSets;

namespace Peak.Cli;

/// <summary>Wiring: the verbs, and what becomes of their outputs and exceptions.</summary>
internal static class Program
{
    public static Output Out { get; } = new(new StandardStream(1));

    public static Output Error { get; } = new(new StandardStream(2));

    private static ReadOnlySpan<byte> NoMemory => "peak: there is not enough memory (see 'ulimit -v')\n"u8;

    public static string Version => typeof(Program).Assembly.GetName().Version!.ToString(3);

    private static async Task<int> Main(string[] args)
    {
        int exitCode;
        AppDomain.CurrentDomain.UnhandledException += EndWithoutMemory;
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
        catch (Exception exception) when (IsOutOfMemory(exception))
        {
            exitCode = ExitCodes.Usage;
            Complain(() => Error.Bytes(NoMemory));
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
    public static Command CreateRoot(params ReadOnlySpan<string> args)
    {
        // No RootCommand: it would be called like the file that was started, which a link may call like a verb.
        var root = new Command("peak", "One file says what the cluster is: query it, check it, run commands on its hosts.")
        {
            new HelpOption(),
            new VersionOption(),
        };
        GlobalOptions.AddTo(root);
        Verbs.AddTo(root, args);
        foreach (var option in root.Options)
        {
            if (option is HelpOption) option.Action = new PrintHelp();
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

        // A command that needs one of its own, without any: whoever types it wants to know which there are.
        var command = parse.CommandResult.Command;
        var faults = parse.Errors.Where(e => command.Subcommands.Count == 0 || e.SymbolResult is not CommandResult).ToList();
        if (faults.Count == 0)
        {
            HelpText.Write(Error, HelpPage.Of(command));
            return Task.FromResult(ExitCodes.Usage);
        }

        foreach (var error in faults) Error.Raw("peak: ").Line(error.Message);
        Error.Raw($"Try '{string.Join(' ', HelpPage.PathOf(command))} --help'.").Line();
        return Task.FromResult(ExitCodes.Usage);
    }

    /// <summary>Where a thread that nobody waits for finds no memory, the runtime would end the process with a stack trace.</summary>
    private static void EndWithoutMemory(object sender, UnhandledExceptionEventArgs unhandled)
    {
        if (unhandled.ExceptionObject is not Exception exception || !IsOutOfMemory(exception)) return;
        _ = Posix.Write(2, NoMemory);
        Posix.Exit(ExitCodes.Usage);
    }

    // Where memory ends, the runtime can't start its own threads either.
    private static bool IsOutOfMemory(Exception exception) =>
        exception is OutOfMemoryException or TypeInitializationException { InnerException: IOException or OutOfMemoryException };

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

    private sealed class PrintHelp : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            HelpText.Write(Out, HelpPage.Of(parseResult.CommandResult.Command));
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
