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
