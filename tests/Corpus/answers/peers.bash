# nodeset and clubak as peak has them, for the recorded command lines.
nodeset() { peak nodeset "$@"; }

# Of clubak's options, gather has other names, and hosts apart unless they are gathered.
clubak() {
    local each=--each separator=: options=()
    while (($# > 0)); do
        case $1 in
            -S) separator=$2; shift ;;
            -*b*) each=-b; [[ $1 == -b ]] || options+=("${1/b/}") ;;&
            --diff) each=; options+=("$1") ;;
            --interpret-keys=*) ;;
            -b | -bL | -bN) ;;
            *) options+=("$1") ;;
        esac
        shift
    done
    peak gather ${each:+"$each"} -s "$separator" "${options[@]}"
}
