# shellcheck shell=sh
# Becomes the server of files, in the home folder of who runs it. Distributions have it in different places, and the
# configuration of sshd, which says where, is not for everyone to read.
cd 2>/dev/null || cd /
peak_folders='/usr/lib/openssh /usr/libexec/openssh /usr/lib/ssh /usr/libexec/ssh /usr/libexec /usr/lib/misc /usr/local/libexec'
for peak_folder in $peak_folders; do
  [ -x "$peak_folder/sftp-server" ] && exec "$peak_folder/sftp-server"
done
echo "the host has no sftp-server in any of: $peak_folders" >&2
exit 127
