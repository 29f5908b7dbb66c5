/* Linked into the native command: what has to be done before the .NET runtime starts. */
#define _GNU_SOURCE
#include <sys/resource.h>

#ifdef __GLIBC__
#include <malloc.h>
#include <pthread.h>

/* Where the address space is limited (ulimit -v), the collector takes half of it for its heap. Stacks of 8 MiB and malloc's areas of
   64 MiB and more for each thread would soon have the rest, and a thread that can't be begun ends the process. */
__attribute__((constructor)) static void live_within_an_address_limit(void)
{
    struct rlimit limit;
    pthread_attr_t attributes;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
    mallopt(M_ARENA_MAX, 1);
    if (pthread_attr_init(&attributes) != 0) return;
    if (pthread_attr_setstacksize(&attributes, 1 << 20) == 0) pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}
#endif
