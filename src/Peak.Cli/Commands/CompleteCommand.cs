using System.CommandLine;
using Peak.Cli.Completion;

namespace Peak.Cli.Commands;

/// <summary>The hidden <c>peak complete</c>: what the completion scripts of shells call.</summary>
internal sealed class CompleteCommand : Verb
{
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
        try
        {
            if (parse.GetValue(_shell) == "bash") CompleteBash(peak, typed);
            else CompleteWords(peak, typed);
        }
        catch (Exception e) when (e is CommandFailure or ClusterFileException)
        {
            // A message would disturb whoever is typing; the command itself will show it.
        }

        return ExitCodes.Success;
    }

    private static void CompleteBash(Invocation peak, string[] typed)
    {
        if (typed is not [var text, var wordBreaks]) return;
        var line = new BashLine(text, wordBreaks);
        foreach (var candidate in Candidates.Find(Program.CreateRoot(), line.Words))
            if (line.Reply(candidate.Text) is { } reply) peak.Out.Raw(reply).Line();
    }

    // These shells quote what they insert.
    private static void CompleteWords(Invocation peak, string[] typed)
    {
        foreach (var candidate in Candidates.Find(Program.CreateRoot(), typed))
        {
            if (TerminalText.NeedsEscape(candidate.Text)) continue;
            peak.Out.Raw(candidate.Text);
            if (!string.IsNullOrEmpty(candidate.Description)) peak.Out.Raw("\t").Raw(TerminalText.Escape(candidate.Description));
            peak.Out.Line();
        }
    }
}
