/* Linked into the native command: what has to be done before the .NET runtime starts. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Whoever starts us may have closed standard input, output or error. The next file that is opened gets the free number: what the runtime
   opens for itself would be read as input, or overwritten by output. So /dev/null stands there. As output it is open for reading only:
   what is written there is an error that is told, as with other programs, instead of output that is lost. */
__attribute__((constructor)) static void open_closed_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
        if (open("/dev/null", stream == STDOUT_FILENO ? O_RDONLY : O_RDWR) != stream) _exit(2);
    }
}
