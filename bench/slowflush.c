/* Preloaded into a server: every flush takes $SLOWFLUSH_MICROSECONDS longer, as on a slower disk.
   The thread sleeps, so its core is free for others, which is what a disk does too. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int slowly(const char *name, int file) {
    int (*flush)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *wait = getenv("SLOWFLUSH_MICROSECONDS");
    if (wait) usleep((useconds_t)atoi(wait));
    return flush(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
