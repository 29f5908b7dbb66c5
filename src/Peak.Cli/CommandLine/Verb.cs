using System.CommandLine;

namespace Peak.Cli.CommandLine;

/// <summary>
/// Something <c>peak</c> can do: its arguments and options, its help, what it does. Its outputs are flushed and its exceptions told by
/// <see cref="Program"/>.
/// </summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description) : base(name, description) =>
        SetAction((parse, cancel) => RunAsync(new Invocation(parse, Program.Out, Program.Error), parse, cancel));

    /// <summary>Lines for the end of its help: <c>peak hosts @odd    the hosts of a group</c>.</summary>
    public IReadOnlyList<string> Examples { get; protected init; } = [];

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
    protected virtual Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel) => Task.FromResult(Run(peak, parse));

    /// <summary>Does it, where nothing has to be waited for.</summary>
    protected virtual int Run(Invocation peak, ParseResult parse) => throw new NotSupportedException($"'{Name}' does nothing.");
}
