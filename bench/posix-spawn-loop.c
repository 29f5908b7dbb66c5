/* The yardstick for `peak run -R exec`: the same design with nothing else.
 *
 *   posix-spawn-loop FANOUT COUNT PROGRAM [ARGUMENT...]
 *
 * Keeps FANOUT children running until COUNT have ended. Each has a session of its own, default signals, /dev/null as
 * input, and output and error as pipes, which one epoll loop reads to their ends; then the child is waited for through a
 * pidfd. Prints how many succeeded and how many bytes came. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct child { pid_t pid; int fd[3]; int open; unsigned generation; }; /* output, error, pidfd */

static int epoll_fd, running;
static long started, succeeded, bytes, count;
static struct child *children;
static int *unused, unused_count;
static posix_spawnattr_t attributes;
static char buffer[65536];

static void die(const char *what) { perror(what); exit(2); }

static void watch(int fd, int slot, int which) {
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.u64 = (uint64_t)children[slot].generation << 32 | slot << 2 | which };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static void start(char **arguments) {
    int slot = unused[--unused_count], out[2], err[2], null;
    struct child *child = &children[slot];
    if ((null = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0) die("open");
    if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) die("pipe2");
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, null, 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    if ((errno = posix_spawnp(&child->pid, arguments[0], &actions, &attributes, arguments, environ)) != 0) die(arguments[0]);
    posix_spawn_file_actions_destroy(&actions);
    close(null);
    close(out[1]);
    close(err[1]);
    child->fd[0] = out[0];
    child->fd[1] = err[0];
    child->fd[2] = -1;
    child->open = 2;
    child->generation++;
    watch(out[0], slot, 0);
    watch(err[0], slot, 1);
    running++;
    started++;
}

static void reap(int slot) {
    struct child *child = &children[slot];
    int status;
    pid_t pid = waitpid(child->pid, &status, WNOHANG);
    if (pid < 0) die("waitpid");
    if (pid == 0) {
        if (child->fd[2] < 0) {
            child->fd[2] = syscall(SYS_pidfd_open, child->pid, O_NONBLOCK);
            watch(child->fd[2], slot, 2);
        }
        return;
    }
    if (child->fd[2] >= 0) close(child->fd[2]);
    child->fd[2] = -1;
    succeeded += status == 0;
    running--;
    unused[unused_count++] = slot;
}

/* A child between vfork and the end of its exec still holds copies of our descriptors, so that a closed one may report
 * once more: hence the generation. */
static void drain(uint64_t key, uint32_t events) {
    int slot = (uint32_t)key >> 2, which = key & 3;
    struct child *child = &children[slot];
    if (child->generation != key >> 32 || child->fd[which] < 0) return;
    if (which == 2) { reap(slot); return; }
    for (;;) {
        ssize_t got = (events & EPOLLIN) ? read(child->fd[which], buffer, sizeof buffer) : 0;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) break;
        bytes += got;
        if (got < (ssize_t)sizeof buffer) { if (!(events & EPOLLHUP)) return; break; }
    }
    close(child->fd[which]);
    child->fd[which] = -1;
    if (--child->open == 0) reap(slot);
}

int main(int argc, char **argv) {
    if (argc < 4) { fprintf(stderr, "usage: posix-spawn-loop FANOUT COUNT PROGRAM [ARGUMENT...]\n"); return 2; }
    int fan_out = atoi(argv[1]);
    count = atol(argv[2]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    children = calloc(fan_out, sizeof *children);
    unused = calloc(fan_out, sizeof *unused);
    for (int i = 0; i < fan_out; i++) unused[unused_count++] = fan_out - 1 - i;
    sigset_t signals;
    posix_spawnattr_init(&attributes);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    while (started < count || running > 0) {
        while (running < fan_out && started < count) start(argv + 3);
        struct epoll_event events[128];
        int got = epoll_wait(epoll_fd, events, 128, -1);
        for (int i = 0; i < got; i++) drain(events[i].data.u64, events[i].events);
    }
    printf("%ld of %ld succeeded, %ld bytes\n", succeeded, count, bytes);
    return succeeded == count ? 0 : 1;
}
