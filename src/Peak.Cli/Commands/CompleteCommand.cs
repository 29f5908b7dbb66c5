using System.CommandLine;
using Peak.Cli.Completion;
using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands;

/// <summary>The hidden <c>peak complete</c>: what the completion scripts of shells call.</summary>
internal sealed class CompleteCommand : Verb
{
    /// <summary>The exit code that tells the script of a shell to offer files.</summary>
    private const int OfferFiles = 1;

    private readonly Argument<string> _shell = new("SHELL");
    private readonly Argument<string[]> _words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore };

    public CompleteCommand() : base("complete", "")
    {
        Hidden = true;
        Arguments.Add(_shell);
        Arguments.Add(_words);
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        string[] typed = parse.GetValue(_words) ?? [];
        var line = parse.GetValue(_shell) == "bash" && typed is [var text, var wordBreaks] ? new BashLine(text, wordBreaks) : null;
        if (Candidates.Find(line?.Words ?? typed) is not { } candidates) return OfferFiles;
        try
        {
            foreach (var candidate in candidates) Write(peak.Out, candidate, line);
        }
        catch (Exception e) when (e is CommandFailure or ClusterFileException or NodeSetException)
        {
            // A message would disturb whoever is typing; the command itself will show it.
        }

        return ExitCodes.Success;
    }

    private static void Write(Output output, Candidate candidate, BashLine? line)
    {
        if (line is not null)
        {
            if (line.Reply(candidate.Text) is { } reply) output.Raw(reply).Line();
            return;
        }

        // The other shells quote what they insert.
        if (TerminalText.NeedsEscape(candidate.Text)) return;
        output.Raw(candidate.Text);
        if (!string.IsNullOrEmpty(candidate.Description)) output.Raw("\t").Raw(TerminalText.Escape(candidate.Description));
        output.Line();
    }
}
