// Preloaded into daemons by test_disk_errors.py: while the file that DISK_ERRORS names is there,
// calls fail as its text says, "fsync 5 local": a call and an errno, in all programs or in one. Only
// regular files are concerned, not memory.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int error_of(const char* call) {
    const int saved = errno;
    // Who writes the log must be able to tell of it.
    if (strcmp(program_invocation_short_name, "postlogd") == 0) return 0;
    const char* path = getenv("DISK_ERRORS");
    FILE* script = path ? fopen(path, "re") : NULL;
    char failing[32] = "", program[32] = "";
    int number = 0;
    if (script) {
        if (fscanf(script, "%31s %d %31s", failing, &number, program) < 2) number = 0;
        fclose(script);
    }
    errno = saved;
    if (*program && strcmp(program_invocation_short_name, program) != 0) return 0;
    return number && strcmp(failing, call) == 0 ? number : 0;
}

static int fails(const char* call, int fd) {
    struct stat status;
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink == 0)) return 0;
    const int number = error_of(call);
    if (number) errno = number;
    return number;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd) { return fails("fsync", fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails("fsync", fd) ? -1 : REAL(fdatasync)(fd); }
/// A file that the kernel syncs by itself (io_submit(2)) is said to have failed.
long syscall(long number, ...) {
    va_list more;
    va_start(more, number);
    long word[6];
    for (int i = 0; i < 6; ++i) word[i] = va_arg(more, long);
    va_end(more);
    const long result = REAL(syscall)(number, word[0], word[1], word[2], word[3], word[4], word[5]);
    if (number != SYS_io_getevents || result <= 0) return result;
    struct io_event* events = (struct io_event*)word[3];
    const int error = error_of("fsync");
    for (long i = 0; error && i < result; ++i) events[i].res = -error;
    return result;
}
ssize_t write(int fd, const void* data, size_t size) { return fails("write", fd) ? -1 : REAL(write)(fd, data, size); }
ssize_t writev(int fd, const struct iovec* parts, int count) {
    return fails("write", fd) ? -1 : REAL(writev)(fd, parts, count);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
    return fails("write", fd) ? -1 : REAL(pwrite64)(fd, data, size, at);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
    return fails("write", fd) ? -1 : REAL(pwrite)(fd, data, size, at);
}
int rename(const char* from, const char* to) { return fails("rename", -1) ? -1 : REAL(rename)(from, to); }
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
    return fails("rename", -1) ? -1 : REAL(renameat)(from_folder, from, to_folder, to);
}
int fchmod(int fd, mode_t mode) { return fails("fchmod", fd) ? -1 : REAL(fchmod)(fd, mode); }

#define OPENAT(name)                                                        \
    int name(int folder, const char* path, int flags, ...) {                \
        va_list more;                                                       \
        va_start(more, flags);                                              \
        const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;     \
        va_end(more);                                                       \
        if ((flags & O_CREAT) && fails("create", -1)) return -1;            \
        return REAL(name)(folder, path, flags, mode);                       \
    }
OPENAT(openat)
OPENAT(openat64)
