// Preloaded into daemons by test_clock.py: their wall clock goes ahead of the machine's by as many
// seconds as stand, as a 64-bit number, in the file that CLOCK_SHIFT names. What waits, the monotonic
// clock, goes on as it does when somebody sets the date.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t shift(void) {
    static const int64_t zero = 0;
    static const volatile int64_t* shared;
    if (!shared) {
        const char* path = getenv("CLOCK_SHIFT");
        const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        void* memory = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof zero, PROT_READ, MAP_SHARED, fd, 0);
        if (fd >= 0) close(fd);
        shared = memory == MAP_FAILED ? &zero : memory;
    }
    return *shared;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec* now) {
    static __typeof__(&clock_gettime) real;
    if (!real) real = REAL(clock_gettime);
    const int done = real(clock, now);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
    return done;
}

int gettimeofday(struct timeval* now, void* zone) {
    const int done = REAL(gettimeofday)(now, zone);
    if (done == 0) now->tv_sec += shift();
    return done;
}

time_t time(time_t* now) {
    const time_t moved = REAL(time)(NULL) + shift();
    if (now) *now = moved;
    return moved;
}
