/* Preloaded into a process: keeps, for every file below $POWERCUT_FILES, how to undo what was
   written since the file was last flushed. A kill followed by the undo is a power cut in which
   the disk had kept nothing that it was not asked to flush.

   One journal a file, in $POWERCUT_JOURNALS: records of {offset, length, size before} and the
   bytes that were there. A flush that succeeded empties it. tests/server/jobs/powercut.py undoes.

   While $POWERCUT_FAILING followed by "flush" exists, flushes fail with an I/O error and what they
   were for stays unflushed; followed by "write", the disk is full. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define FILES 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journals[FILES]; /* by descriptor: 0 unknown, -1 not ours, else the journal's + 1 */
static __thread int inside;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_close)(int);

static void look_up(void) {
    if (real_close) return;
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_close = dlsym(RTLD_NEXT, "close");
}

/* The journal of a descriptor; -1 when the file is none of ours. Called with the lock. */
static int journal_of(int file) {
    char link[64], path[4096], name[4200];
    const char *files = getenv("POWERCUT_FILES"), *folder = getenv("POWERCUT_JOURNALS");
    if (file < 0 || file >= FILES || !files || !folder) return -1;
    if (journals[file]) return journals[file] - 1 < 0 ? -1 : journals[file] - 1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    journals[file] = -1;
    if (length < 0) return -1;
    path[length] = 0;
    if (strncmp(path, files, strlen(files)) || strstr(path, "-shm")) return -1;
    if (!strstr(path, ".sqlite3")) return -1;
    snprintf(name, sizeof name, "%s/%s", folder, strrchr(path, '/') + 1);
    int journal = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal < 0) abort();
    journals[file] = journal + 1;
    return journal;
}

/* Called with the lock. */
static int fails(int file, const char *what) {
    char name[4200];
    const char *failing = getenv("POWERCUT_FAILING");
    if (!failing || journal_of(file) < 0) return 0;
    snprintf(name, sizeof name, "%s%s", failing, what);
    return !access(name, F_OK);
}

static void note(int file, off_t offset, size_t length) {
    int journal = journal_of(file);
    if (journal < 0) return;
    struct stat before;
    if (fstat(file, &before)) abort();
    size_t held = offset >= before.st_size ? 0 : before.st_size - offset;
    if (held > length) held = length;
    int64_t head[3] = {offset, (int64_t)held, before.st_size};
    char *record = malloc(sizeof head + held);
    memcpy(record, head, sizeof head);
    if (held && pread(file, record + sizeof head, held, offset) != (ssize_t)held) abort();
    if (real_write(journal, record, sizeof head + held) != (ssize_t)(sizeof head + held)) abort();
    free(record);
}

static void forget(int file) {
    int journal = journal_of(file);
    if (journal >= 0 && real_ftruncate(journal, 0)) abort();
}

ssize_t pwrite64(int file, const void *data, size_t length, off_t offset) {
    look_up();
    pthread_mutex_lock(&lock);
    if (fails(file, "write")) {
        pthread_mutex_unlock(&lock);
        errno = ENOSPC;
        return -1;
    }
    note(file, offset, length);
    ssize_t done = real_pwrite(file, data, length, offset);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    return pwrite64(file, data, length, offset);
}

ssize_t write(int file, const void *data, size_t length) {
    look_up();
    if (inside) return real_write(file, data, length);
    inside = 1;
    pthread_mutex_lock(&lock);
    off_t offset = lseek(file, 0, SEEK_CUR);
    if (offset >= 0) note(file, offset, length);
    ssize_t done = real_write(file, data, length);
    pthread_mutex_unlock(&lock);
    inside = 0;
    return done;
}

int ftruncate64(int file, off_t length) {
    look_up();
    pthread_mutex_lock(&lock);
    struct stat before;
    if (!fstat(file, &before) && before.st_size > length)
        note(file, length, before.st_size - length);
    int done = real_ftruncate(file, length);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static int flushed(int file, int (*flush)(int)) {
    pthread_mutex_lock(&lock);
    int failed = fails(file, "flush");
    int done = failed ? -1 : flush(file);
    if (!done) forget(file);
    pthread_mutex_unlock(&lock);
    if (failed) errno = EIO;
    return done;
}

int fsync(int file) { look_up(); return flushed(file, real_fsync); }
int fdatasync(int file) { look_up(); return flushed(file, real_fdatasync); }

int close(int file) {
    look_up();
    if (file >= 0 && file < FILES && journals[file]) {
        pthread_mutex_lock(&lock);
        if (journals[file] > 0) real_close(journals[file] - 1);
        journals[file] = 0;
        pthread_mutex_unlock(&lock);
    }
    return real_close(file);
}
