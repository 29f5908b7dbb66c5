# shellcheck shell=sh
# Runs a command line as another user by sudo. The first line of standard input is the password, the rest is the command's.
#
#   $1   A mark, after which the command's input begins.
#   $2   The user.
#   $3   The script that skips to the mark (after-mark.sh).
#   $4   The command line.
#
# The password is only ever in a variable of the shell, which no process inherits, and in pipes: printf is the shell's own. It
# is checked once, so that a wrong one counts as one attempt. Whether sudo then reads it, or remembers, can't be known
# beforehand; so the mark follows it.
unset peak_secret
IFS= read -r peak_secret || exit 1
printf '%s\n' "$peak_secret" | sudo -S -p '' -v || exit 1
{
  printf '%s\n%s\n' "$peak_secret" "$1"
  unset peak_secret
  exec cat
} | sudo -S -p '' -u "$2" -- sh -c "$3" sh "$1" "$4"
