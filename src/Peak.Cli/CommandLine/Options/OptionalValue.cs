using System.CommandLine;

namespace Peak.Cli.CommandLine.Options;

/// <summary>An option that may stand alone: its value, if it has one, comes after <c>=</c>.</summary>
internal sealed class OptionalValue : Option<string?>
{
    /// <param name="name">Its name.</param>
    /// <param name="alone">What it means where it stands alone.</param>
    public OptionalValue(string name, string alone) : base(name)
    {
        Alone = alone;
        Arity = ArgumentArity.ZeroOrOne;
    }

    /// <summary>What it means where it stands alone.</summary>
    public string Alone { get; }
}
