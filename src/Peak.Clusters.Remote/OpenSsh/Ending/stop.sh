# shellcheck shell=sh
# Ends all that a command has started on this host.
#
#   $1   NAME=VALUE in the command's environment. Empty: the command came over the same connection as this, and nothing else did.
#   $2   The user as whom the command runs by sudo, because only sudo may signal it then. Empty where it does not.
#   $3   Not empty: the first line of standard input is the password that sudo asks for.
#   $4   Not empty: it watches. Where its input ends before any signal was read, the connection is gone: the command is told to end
#        (TERM), unless it has ended itself. At the line LEAVE it does nothing more.
#
# It says "peak:" and the sessions it has found. Then it reads names of signals, one a line, and sends each to all processes
# of those sessions. At the end of its input it waits up to five seconds for them to be gone, then kills them; it exits with 1
# if that does not help.
#
# Hosts may be busy, and a stop comes to all at once: it looks through the processes once at first, once a signal, and seldom
# while it waits, in one loop of the shell without a child.
#
# Functions are called by their name in a variable, and numbers in a variable are to become words.
# shellcheck disable=SC2317,SC2329,SC2086,SC2013

mark=$1 user=$2 asks=$3 watches=$4
unset secret
[ -z "$asks" ] || IFS= read -r secret

# Only Linux tells the environments of others.
[ -z "$mark" ] || [ -r /proc/self/environ ] || { echo peak:; exit 1; }

# State, number, parent and session of each process: from ps, or from /proc where there is no ps that can tell, or without the
# state, or with the process group for the session.
list() {
  ps -A -o stat= -o pid= -o ppid= -o sid= 2>/dev/null || {
    [ -r /proc/self/stat ] && for f in /proc/[0-9]*/stat; do
      { read -r x <"$f"; } 2>/dev/null || continue
      # After the name, which may hold anything: state, parent, group, session.
      set -- ${x##*\)}
      f=${f#/proc/}
      echo "$1 ${f%/stat} $2 $4"
    done
  } || ps -A -o pid= -o ppid= -o sid= 2>/dev/null || ps -A -o pid= -o ppid= -o pgid=
}

# Calls a function with each process of $l, as $z, $p, $q and $s.
each() {
  i=0 z=""
  for w in $l; do
    case $i$w in
      0[!0-9]*) z=$w ;;
      0*) p=$w i=1 ;;
      1*) q=$w i=2 ;;
      *)
        s=$w i=0
        $1
        z=
        ;;
    esac
  done
}

# By connection: our own session, its leader's parent (sshd), and that one's other children. Those that have just begun have
# no session yet.
mine() { [ "$p" != $$ ] || me=$s; }
leader() { [ "$p" != "$me" ] || up=$q; }
other() { [ "$q" != "$up" ] || [ "$q" -le 1 ] || [ "$p" = "$me" ] || all="$all$p "; }

# By mark.
marked() { case $m in *" $p "*) all="$all$s " ;; esac; }

# Puts the sessions of the command, or leaders that have none yet, into $all.
search() {
  l=$(list) all=" "
  if [ -n "$mark" ]; then
    m=
    for f in $(grep -l "$mark" /proc/[0-9]*/environ 2>/dev/null); do
      f=${f#/proc/} m="$m ${f%/environ} "
    done
    each marked
  else
    me="" up=""
    each mine
    each leader
    each other
  fi
}

# Adds what has begun since then. Not by connection: its sshd may be gone, and then we have the same parent as half of the host.
again() {
  [ -n "$mark" ] || return
  o=$all
  search
  all="$o$all"
}

# A zombie has ended, only its parent has not asked how.
running() { case $z in Z*) ;; *) k="$k $p" ;; esac; }

ours() {
  if [ -n "$user" ]; then
    # With use_pty, sudo starts a session of its own for the program.
    case "$k " in *" $q "*)
      all="$all$s "
      running
      return
      ;;
    esac
  fi
  case $all in *" $s "* | *" $p "*) running ;; esac
}

# Puts all that runs into $k; false where nothing does.
look() {
  l=$(list) k=
  each ours
  [ -n "$k" ]
}

# Sends a signal to all of $k. The password is no argument of any process: the shell has printf itself.
hit() {
  kill -s "$1" $k
  if [ -n "$asks" ]; then
    printf "%s\n" "$secret" | sudo -S -p "" -u "$user" -- sh -c "kill -s $1 $k"
  elif [ -n "$user" ]; then
    sudo -n -p "" -u "$user" -- sh -c "kill -s $1 $k"
  fi
}

# A command that has just begun may have to get through its login shell first.
n=0
while
  search
  [ "$all" = " " ] && [ $n -lt 100 ]
do
  n=$((n + 1))
  sleep 0.2 || sleep 1
done
# Without the connection what was found may be anybody's.
echo "peak:$all:" || exit 1
exec 2>/dev/null

while read -r c; do
  [ "$c" != LEAVE ] || exit 0
  [ -z "$watches" ] || again
  watches=
  look && hit "$c"
done

if [ -n "$watches" ]; then
  look || exit 0
  for g in $all; do
    case "$k " in *" $g "*) watches="" ;; esac
  done
  [ -z "$watches" ] || exit 0
  again
  look && hit TERM
fi

# A process group can be asked for without looking through all processes, but one of zombies is still there.
n=0
while [ $n -lt 70 ]; do
  n=$((n + 1)) k=
  for g in $all; do
    kill -s 0 -- "-$g" && k=1
  done
  case $k:$n in
    :* | *:2 | *0 | *:5? | *:6?)
      look || exit 0
      case $n in 5[05] | 6[05]) hit KILL ;; esac
      ;;
  esac
  sleep 0.1 || sleep 1
done
exit 1
