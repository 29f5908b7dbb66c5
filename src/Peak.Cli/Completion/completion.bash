# bash completion for peak
_peak() {
    mapfile -t COMPREPLY < <("${COMP_WORDS[0]/#\~/$HOME}" complete bash -- "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    # An operand of a node set may go on.
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *, ]] && compopt -o nospace
    return 0
}
complete -o default -F _peak peak
