# bash completion for peak
_peak() {
    local replies files
    replies=$("${COMP_WORDS[0]/#\~/$HOME}" complete bash -- "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    files=$?
    COMPREPLY=()
    [[ $replies ]] && mapfile -t COMPREPLY <<<"$replies"
    # A file may stand there.
    ((files)) && compopt -o default
    # An operand of a node set may go on.
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[,=] ]] && compopt -o nospace
    return 0
}
complete -F _peak peak
