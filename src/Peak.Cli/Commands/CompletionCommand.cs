using System.CommandLine;

namespace Peak.Cli.Commands;

/// <summary><c>peak completion</c>: the script that a shell needs for completion.</summary>
internal sealed class CompletionCommand : Verb
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

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish." };

    public CompletionCommand() : base("completion", "Print the completion script of a shell.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(_shell);
        Examples =
        [
            "peak completion bash > ~/.local/share/bash-completion/completions/peak",
            "peak completion fish | source",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        peak.Out.Raw(parse.GetValue(_shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash });
        return ExitCodes.Success;
    }
}
