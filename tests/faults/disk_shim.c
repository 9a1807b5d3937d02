/* What one process does to the files under one directory: recorded, failed or cut short.
 *
 * Preloaded (LD_PRELOAD) into the process under test; nothing happens until kt_arm. It counts the
 * calls that change files or make changes durable, and at a chosen one kills the process (kill -9)
 * or lets the call fail. With a trace file it writes down each call that succeeded; the tests build
 * from that what a power cut could have left (tests/faults/power.py).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096

static pthread_mutex_t turn = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char root[PATH_MAX];
static size_t root_length;
static int trace = -1, failure, sticky;
static long calls, kill_at, fail_at;
static unsigned char ours[FDS];

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t raw_write(int fd, const void *data, size_t n) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(fd, data, n);
}

/* One record: kind, descriptor, offset, lengths of two names or of the data, then those bytes. */
static void note(char kind, int fd, int64_t at, const void *one, uint32_t n, const void *two, uint32_t m) {
    if (trace < 0) return;
    unsigned char head[21];
    int32_t number = fd;
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &number, 4);
    memcpy(head + 5, &at, 8);
    memcpy(head + 13, &n, 4);
    memcpy(head + 17, &m, 4);
    if (raw_write(trace, head, sizeof head) != (ssize_t)sizeof head) _exit(97);
    if (n && raw_write(trace, one, n) != (ssize_t)n) _exit(97);
    if (m && raw_write(trace, two, m) != (ssize_t)m) _exit(97);
}

void kt_arm(const char *directory, const char *trace_path, long kill_call, long fail_call, int error, int stay) {
    pthread_mutex_lock(&turn);
    snprintf(root, sizeof root, "%s/", directory);
    root_length = strlen(directory) ? strlen(root) : 0;
    calls = 0;
    kill_at = kill_call;
    fail_at = fail_call;
    failure = error;
    sticky = stay;
    if (trace_path && *trace_path) {
        REAL(int, "open", const char *, int, ...);
        trace = real(trace_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    pthread_mutex_unlock(&turn);
}

long kt_calls(void) { return calls; }

void kt_mark(const char *text) {
    pthread_mutex_lock(&turn);
    note('M', 0, 0, text, (uint32_t)strlen(text), NULL, 0);
    pthread_mutex_unlock(&turn);
}

/* The name under the directory, or NULL for a file elsewhere. */
static const char *inside(const char *path) {
    if (!root_length || !path) return NULL;
    if (strncmp(path, root, root_length) == 0) return path + root_length;
    if (strncmp(path, root, root_length - 1) == 0 && path[root_length - 1] == 0) return "";
    return NULL;
}

static int mine(int fd) { return fd >= 0 && fd < FDS && ours[fd]; }

/* Counts a call; may never return. 1: let it fail (errno is set). */
static int struck(void) {
    calls++;
    if (kill_at && calls == kill_at) kill(getpid(), SIGKILL);
    if (fail_at && (calls == fail_at || (sticky && calls > fail_at))) {
        errno = failure;
        return 1;
    }
    return 0;
}

static int opened(int fd, const char *name, int flags, int was_there) {
    if (fd >= 0 && fd < FDS) {
        struct stat what;
        fstat(fd, &what);
        ours[fd] = 1;
        note(S_ISDIR(what.st_mode) ? 'D' : was_there ? 'O' : 'C', fd, flags & O_TRUNC ? 0 : -1, name,
             (uint32_t)strlen(name), NULL, 0);
    }
    return fd;
}

static int open_with(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    const char *name = inside(path);
    if (!name) return real(path, flags, mode);
    pthread_mutex_lock(&turn);
    int there = access(path, F_OK) == 0, fd = -1;
    int changes = (flags & O_CREAT && !there) || flags & O_TRUNC;
    if (!changes || !struck()) fd = opened(real(path, flags, mode), name, flags, there);
    pthread_mutex_unlock(&turn);
    return fd;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) {
    MODE
    REAL(int, "open", const char *, int, ...);
    return open_with(real, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE
    REAL(int, "open64", const char *, int, ...);
    return open_with(real, path, flags, mode);
}

int close(int fd) {
    REAL(int, "close", int);
    if (!mine(fd)) return real(fd);
    pthread_mutex_lock(&turn);
    ours[fd] = 0;
    note('X', fd, 0, NULL, 0, NULL, 0);
    int result = real(fd);
    pthread_mutex_unlock(&turn);
    return result;
}

/* A full disk may take half of what it is given: so does this one, when it is told to fail. */
static ssize_t place(ssize_t (*real)(int, const void *, size_t, off_t), int fd, const void *data, size_t n,
                     off_t at) {
    pthread_mutex_lock(&turn);
    ssize_t done = -1;
    int failing = struck(), error = errno;
    if (failing && errno == ENOSPC && n > 1 && !(calls & 1)) {
        done = real(fd, data, n / 2, at);
        if (done > 0) note('W', fd, at, data, (uint32_t)done, NULL, 0);
        done = -1;
        errno = error;
    } else if (!failing && (done = real(fd, data, n, at)) > 0) {
        note('W', fd, at, data, (uint32_t)done, NULL, 0);
    }
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return mine(fd) ? place(real, fd, data, n, at) : real(fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return mine(fd) ? place(real, fd, data, n, at) : real(fd, data, n, at);
}

ssize_t write(int fd, const void *data, size_t n) {
    if (!mine(fd)) return raw_write(fd, data, n);
    pthread_mutex_lock(&turn);
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t done = -1;
    if (!struck() && (done = raw_write(fd, data, n)) > 0) note('W', fd, at, data, (uint32_t)done, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    if (!mine(fd)) return real(fd, parts, n);
    errno = ENOSYS; /* nobody here writes so; who begins to must be recorded */
    return -1;
}

/* Both have a slower way round, which is recorded. */
ssize_t sendfile(int out, int in, off_t *at, size_t n) { (void)out; (void)in; (void)at; (void)n; errno = ENOSYS; return -1; }
ssize_t sendfile64(int out, int in, off64_t *at, size_t n) { (void)out; (void)in; (void)at; (void)n; errno = ENOSYS; return -1; }
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t n, unsigned f) {
    (void)in; (void)a; (void)out; (void)b; (void)n; (void)f; errno = ENOSYS; return -1;
}

static int cut(int (*real)(int, off_t), int fd, off_t size) {
    if (!mine(fd)) return real(fd, size);
    pthread_mutex_lock(&turn);
    int result = struck() ? -1 : real(fd, size);
    if (result == 0) note('T', fd, size, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int ftruncate(int fd, off_t size) { REAL(int, "ftruncate", int, off_t); return cut(real, fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(int, "ftruncate64", int, off_t); return cut(real, fd, size); }

static int flush(int (*real)(int), int fd) {
    if (!mine(fd)) return real(fd);
    pthread_mutex_lock(&turn);
    int result = struck() ? -1 : 0; /* durable is what the trace says, not what this disk does */
    if (result == 0) note('S', fd, 0, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int fsync(int fd) { REAL(int, "fsync", int); return flush(real, fd); }
int fdatasync(int fd) { REAL(int, "fdatasync", int); return flush(real, fd); }

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    const char *a = inside(from), *b = inside(to);
    if (!a || !b) return real(from, to);
    pthread_mutex_lock(&turn);
    int result = struck() ? -1 : real(from, to);
    if (result == 0) note('R', 0, 0, a, (uint32_t)strlen(a), b, (uint32_t)strlen(b));
    pthread_mutex_unlock(&turn);
    return result;
}

static int gone(int (*real)(const char *), const char *path, char kind) {
    const char *name = inside(path);
    if (!name) return real(path);
    pthread_mutex_lock(&turn);
    int result = struck() ? -1 : real(path);
    if (result == 0) note(kind, 0, 0, name, (uint32_t)strlen(name), NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int unlink(const char *path) { REAL(int, "unlink", const char *); return gone(real, path, 'U'); }
int rmdir(const char *path) { REAL(int, "rmdir", const char *); return gone(real, path, 'Z'); }

/* shutil.rmtree goes by descriptor: the directory's name is asked of the system. */
int unlinkat(int directory, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    char link[64], whole[PATH_MAX + NAME_MAX];
    if (root_length && *path != '/' && directory != AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t n = readlink(link, whole, PATH_MAX - 1);
        if (n > 0) {
            snprintf(whole + n, sizeof whole - (size_t)n, "/%s", path);
            if (inside(whole)) return flags & AT_REMOVEDIR ? rmdir(whole) : unlink(whole);
        }
    }
    return real(directory, path, flags);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    const char *name = inside(path);
    if (!name || !*name) return real(path, mode);
    pthread_mutex_lock(&turn);
    int result = struck() ? -1 : real(path, mode);
    if (result == 0) note('K', 0, 0, name, (uint32_t)strlen(name), NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}
