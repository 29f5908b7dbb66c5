# shellcheck shell=sh
# Prints the SHA-256 of files that standard input names, a line each and in their order; - of what is no file, or can't be read.
#
# Of each file comes the number of the lines that its name has, then these lines.
if command -v sha256sum >/dev/null 2>&1; then
  sum() { sha256sum; }
elif command -v shasum >/dev/null 2>&1; then
  sum() { shasum -a 256; }
elif command -v sha256 >/dev/null 2>&1; then
  sum() { sha256; }
elif command -v openssl >/dev/null 2>&1; then
  sum() { openssl dgst -sha256 -r; }
else
  echo 'peak: none'
  exit 0
fi
echo 'peak: ready'
break=$(printf '\nx')
break=${break%x}
while IFS= read -r count; do
  IFS= read -r file || exit
  while [ "$count" -gt 1 ]; do
    IFS= read -r line || exit
    file=$file$break$line
    count=$((count - 1))
  done
  { [ -f "$file" ] && sum <"$file"; } 2>/dev/null || echo -
done
