using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Peak.Cli;

/// <summary>How verbs are put together.</summary>
internal static class VerbExtensions
{
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    /// <summary>Sets what the verb does. Its outputs are flushed and its exceptions told by <see cref="Program"/>.</summary>
    public static void Runs(this Command command, Func<Invocation, ParseResult, int> run) =>
        command.SetAction(parse => run(new Invocation(parse, Program.Out, Program.Error), parse));

    /// <inheritdoc cref="Runs(Command, Func{Invocation, ParseResult, int})"/>
    public static void Runs(this Command command, Func<Invocation, ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction((parse, cancelled) => run(new Invocation(parse, Program.Out, Program.Error), parse, cancelled));

    /// <summary>Adds lines to the end of the verb's help: <c>peak hosts @odd    the hosts of a group</c>.</summary>
    public static void AddExamples(this Command command, params string[] lines) => Examples.Add(command, lines);

    public static string[] GetExamples(this Command command) => Examples.TryGetValue(command, out var lines) ? lines : [];

    /// <summary>Takes values that begin with <c>-</c> for the mistyped options that they are.</summary>
    public static Argument<string[]> RefuseOptions(this Argument<string[]> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value is ['-', _, ..]) result.AddError($"There is no option '{token.Value}'.");
        });
        return argument;
    }
}
