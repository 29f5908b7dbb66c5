# shellcheck shell=sh
# Reads to a mark, then runs a command line with what follows it on standard input. A shell reads a pipe byte by byte, so
# nothing of it is lost.
#
#   $1   The mark.
#   $2   The command line.
unset peak_line
while IFS= read -r peak_line && [ "$peak_line" != "$1" ]; do
  :
done
unset peak_line
exec sh -c -- "$2"
