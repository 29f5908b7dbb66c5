# shellcheck shell=sh
# Runs a script that standard input brings, and gives it the rest of standard input.
#
#   $1      How many bytes the script has.
#   $2 $3   Its interpreter and that one's argument, empty where there is none. It is not run by itself if that can be helped: the
#           folder of temporary files may be mounted noexec.
#   $4 …    What the script is given.
#
# The script inherits the environment, so that no name here may be one of the user's.
peak_size=$1 peak_interpreter=$2 peak_option=$3
shift 3
peak_mask=$(umask)
umask 077
peak_file=$(mktemp "${TMPDIR:-/tmp}/peak.XXXXXXXXXX") || exit 126
trap 'rm -f -- "$peak_file"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# Where the connection is gone, what this shell says of a script that was killed must not end it before it has cleaned up.
trap : PIPE
{ head -c "$peak_size" >"$peak_file" && chmod 700 -- "$peak_file"; } || exit 126
umask "$peak_mask"
${peak_interpreter:+"$peak_interpreter"} ${peak_option:+"$peak_option"} "$peak_file" "$@"
