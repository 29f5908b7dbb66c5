using System.CommandLine;
using Peak.Cli.CommandLine.Help;

namespace Peak.Cli.CommandLine;

/// <summary>
/// Something <c>peak</c> can do: its arguments and options, its help, what it does. <see cref="Program"/> flushes its outputs and
/// reports its exceptions.
/// </summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description) : base(name, description) =>
        SetAction((parse, cancel) => RunAsync(new Invocation(parse, Program.Out, Program.Error), parse, cancel));

    /// <summary>Lines for the end of its help: <c>peak hosts @odd    the hosts of a group</c>.</summary>
    public IReadOnlyList<string> Examples { get; protected init; } = [];

    /// <summary>How it is called, where that does not follow from its arguments: a line for each way.</summary>
    public virtual IReadOnlyList<string> Forms => [];

    /// <summary>What one should know before its options, a paragraph each.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Its options, those together that belong together, the most used first.</summary>
    public virtual IReadOnlyList<OptionGroup> OptionGroups => [new("Options", Options)];

    /// <summary>What its exit codes mean, where they mean more than those of all verbs; null where they don't.</summary>
    public virtual IReadOnlyList<HelpEntry>? ExitStatus => null;

    /// <summary>The variables of the environment that it reads, apart from those that all verbs do.</summary>
    public virtual IReadOnlyList<HelpEntry> Variables => [];

    /// <summary>
    /// Whether options end at the first operand, as for ssh, pdsh and clush: <c>peak run -w web1 ls -l</c> gives <c>-l</c> to
    /// <c>ls</c>.
    /// </summary>
    public bool OptionsEndAtFirstOperand { get; protected init; }

    /// <summary>Whether the user himself put <c>--</c> before the first operand: then it is meant, whatever it looks like.</summary>
    public bool OperandIsMarked { get; set; }

    /// <summary>
    /// Whether an option names what such a verb works on, so that one after the first operand was surely meant for the verb.
    /// </summary>
    /// <param name="name">A name or alias of an option of the verb.</param>
    public virtual bool NamesTargets(string name) => false;

    /// <summary>Does it.</summary>
    /// <param name="peak">The global options, and the outputs.</param>
    /// <param name="parse">The command line.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The exit code.</returns>
    public virtual Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel) => Task.FromResult(Run(peak, parse));

    /// <summary>Does it, where nothing has to be waited for.</summary>
    protected virtual int Run(Invocation peak, ParseResult parse) => throw new NotSupportedException($"'{Name}' does nothing.");
}
