# shellcheck shell=sh
# Prints the SHA-256 of files that standard input names, a line each and in their order; - of what is no file, or can't be read.
#
# Names come in groups: their number, then a line for each. The number 0 comes before a single name of several lines: their
# number, then they.
if command -v sha256sum >/dev/null 2>&1; then
  sum() { sha256sum "$@"; }
elif command -v shasum >/dev/null 2>&1; then
  sum() { shasum -a 256 "$@"; }
elif command -v sha256 >/dev/null 2>&1; then
  sum() { sha256 -r "$@"; }
elif command -v openssl >/dev/null 2>&1; then
  sum() { openssl dgst -sha256 -r "$@"; }
else
  echo 'peak: none'
  exit 0
fi
echo 'peak: ready'
break=$(printf '\nx')
break=${break%x}
each() {
  for file; do
    { [ -f "$file" ] && sum <"$file"; } 2>/dev/null || echo -
  done
}
all() {
  for file; do
    [ -f "$file" ] || return 1
  done
  sums=$(sum "$@" 2>/dev/null) && printf '%s\n' "$sums"
}
while IFS= read -r names; do
  set --
  if [ "$names" -eq 0 ]; then
    IFS= read -r lines && IFS= read -r file || exit
    while [ "$lines" -gt 1 ]; do
      IFS= read -r line || exit
      file=$file$break$line
      lines=$((lines - 1))
    done
    each "$file"
    continue
  fi
  while [ "$names" -gt 0 ]; do
    IFS= read -r file || exit
    set -- "$@" "$file"
    names=$((names - 1))
  done
  all "$@" || each "$@"
done
