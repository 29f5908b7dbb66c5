using System.CommandLine;
using Peak.Cli.Completion;
using Peak.Clusters;

namespace Peak.Cli.Commands;

/// <summary><c>peak completion</c> prints a shell's script; the hidden <c>peak complete</c> is what the script calls.</summary>
internal static class CompletionCommand
{
    // No word of a file reaches an expansion of the shell: peak quotes it, and the shell takes it as it is.
    private const string Bash = """
        # bash completion for peak
        _peak() {
            mapfile -t COMPREPLY < <("${COMP_WORDS[0]/#\~/$HOME}" complete bash -- "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
            # An operand of a node set may go on.
            [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *, ]] && compopt -o nospace
            return 0
        }
        complete -o default -F _peak peak

        """;

    private const string Zsh = """
        #compdef peak
        # zsh completion for peak
        _peak() {
            local -a lines values descriptions
            local line
            lines=("${(@f)$(${(Q)words[1]} complete zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
            for line in $lines; do
                values+=("${line%%$'\t'*}")
                descriptions+=("${line//$'\t'/  -- }")
            done
            if (( ${#values} )); then
                compadd -l -d descriptions -a values
            else
                _files
            fi
        }
        if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _peak "$@"; else compdef _peak peak; fi

        """;

    private const string Fish = """
        # fish completion for peak
        function __peak_complete
            set -l words (commandline -opc) (commandline -ct | string unescape)
            test (count $words) -gt (count (commandline -opc)); or set -a words ''
            set -l found ($words[1] complete fish -- $words[2..-1] 2>/dev/null)
            if test (count $found) -gt 0
                printf '%s\n' $found
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c peak -f -a '(__peak_complete)'

        """;

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
            peak.Out.Raw(parse.GetValue(shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash });
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
            if (TerminalText.NeedsEscape(candidate.Text)) continue;
            peak.Out.Raw(candidate.Text);
            if (!string.IsNullOrEmpty(candidate.Description)) peak.Out.Raw("\t").Raw(TerminalText.Escape(candidate.Description));
            peak.Out.Line();
        }
    }
}
