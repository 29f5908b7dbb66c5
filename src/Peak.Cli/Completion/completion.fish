# fish completion for peak
function __peak_complete
    set -l words (commandline -opc) (commandline -ct | string unescape)
    test (count $words) -gt (count (commandline -opc)); or set -a words ''
    set -l found ($words[1] complete fish -- $words[2..-1] 2>/dev/null)
    if test $status -ne 0
        __fish_complete_path (commandline -ct)
    else if test (count $found) -gt 0
        printf '%s\n' $found
    end
end
complete -c peak -f -a '(__peak_complete)'
