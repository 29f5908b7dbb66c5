# shellcheck shell=sh
# Runs a command line as another user by sudo. Standard input brings the password twice, a line each, and a line with a mark;
# the rest is the command's.
#
#   $1   The mark.
#   $2   The user.
#   $3   The script that skips to the mark (after-mark.sh).
#   $4   The command line.
#
# The password is only ever in a variable of the shell, which no process inherits, and in pipes: printf is the shell's own. It
# is checked once, so that a wrong one counts as one attempt. Whether sudo then reads it, or remembers, can't be known
# beforehand; so the mark follows it. Nothing is between the command and its input: else something would wait for more of it
# when the command has ended. This shell stays, because whoever ends the command finds it by the environment of a process that
# is not sudo's.
unset peak_secret
IFS= read -r peak_secret || exit 1
printf '%s\n' "$peak_secret" | sudo -S -p '' -v || exit 1
sudo -S -p '' -u "$2" -- sh -c "$3" sh "$1" "$4"
exit $?
