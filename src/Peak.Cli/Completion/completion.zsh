#compdef peak
# zsh completion for peak
_peak() {
    local -a lines values descriptions
    local line found
    found=$(${(Q)words[1]} complete zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    if (( $? )); then
        # A file may stand there.
        _files
        return
    fi
    lines=("${(@f)found}")
    for line in $lines; do
        values+=("${line%%$'\t'*}")
        descriptions+=("${line//$'\t'/  -- }")
    done
    compadd -l -d descriptions -a values
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _peak "$@"; else compdef _peak peak; fi
