using System.CommandLine;
using Peak.Cli.Completion;
using Peak.Clusters;

namespace Peak.Cli.Commands;

/// <summary><c>peak completion</c> prints a shell's script; the hidden <c>peak complete</c> is what the script calls.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print the completion script of a shell.") { shell };
        command.AddExamples(
            "peak completion bash > ~/.local/share/bash-completion/completions/peak",
            "peak completion fish | source");
        command.Runs((peak, parse) =>
        {
            // No word of a cluster file reaches an expansion of the shell there: peak quotes it, and the shell takes it as it is.
            using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{parse.GetValue(shell)}")!;
            var text = new byte[script.Length];
            script.ReadExactly(text);
            peak.Out.Bytes(text);
            return ExitCodes.Fine;
        });
        return command;
    }

    /// <summary>What the scripts call.</summary>
    public static Command CreateComplete()
    {
        var shell = new Argument<string>("SHELL");
        var words = new Argument<string[]>("WORDS") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("complete") { shell, words };
        command.Hidden = true;
        command.Runs((peak, parse) =>
        {
            string[] typed = parse.GetValue(words) ?? [];
            try
            {
                if (parse.GetValue(shell) == "bash") CompleteBash(peak, typed);
                else CompleteWords(peak, typed);
            }
            catch (Exception e) when (e is CommandFailure or ClusterFileException)
            {
                // Whoever is typing wants no message now; the command itself will tell.
            }

            return ExitCodes.Fine;
        });
        return command;
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
            if (Printable.NeedsEscape(candidate.Text)) continue;
            peak.Out.Raw(candidate.Text);
            if (!string.IsNullOrEmpty(candidate.Description)) peak.Out.Raw("\t").Raw(Printable.Escape(candidate.Description));
            peak.Out.Line();
        }
    }
}
