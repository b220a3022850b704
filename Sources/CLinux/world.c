#define _GNU_SOURCE
#include "amber_world.h"
#include "amber_files.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

ssize_t amber_force_memory(int pid, uint64_t address, const void *buffer, size_t count) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    ssize_t written = pwrite(fd, buffer, count, (off_t)address);
    int saved = errno;
    close(fd);
    return written < 0 ? -saved : written;
}

ssize_t amber_getrandom(void *buffer, size_t count, unsigned flags) {
    /* Not getrandom(3): a libc may serve that from the vDSO, whose flags are not the kernel's. */
    ssize_t drawn = syscall(SYS_getrandom, buffer, count, flags);
    return drawn < 0 ? -errno : drawn;
}

int amber_is_random_device(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0 || !S_ISCHR(status.st_mode)) return 0;
    return status.st_rdev == makedev(1, 8) || status.st_rdev == makedev(1, 9);
}

int amber_open_place(int root, const char *path) {
    return amber_openat2(root, path, (uint64_t)O_PATH | O_NOFOLLOW, 0, 0x10 /* RESOLVE_IN_ROOT */);
}

/* One time: UTIME_OMIT where it stays. */
static int shift_time(struct timespec *time, int64_t since, int64_t until, int64_t offset) {
    int64_t value = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
    if (time->tv_sec < 0 || time->tv_sec > 9000000000 || value < since || value > until || value + offset < 0) {
        time->tv_nsec = UTIME_OMIT;
        return 0;
    }
    value += offset;
    time->tv_sec = value / 1000000000;
    time->tv_nsec = value % 1000000000;
    return 1;
}

int amber_shift_times(int fd, int64_t since, int64_t offset) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -errno;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return 0;
    int64_t until = amber_clock(CLOCK_REALTIME);
    struct timespec times[2] = {status.st_atim, status.st_mtim};
    int is_shifted = shift_time(&times[0], since, until, offset);
    is_shifted |= shift_time(&times[1], since, until, offset);
    if (!is_shifted) return 0;
    /* A descriptor for the place alone takes no futimens(3); its name below /proc does. */
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return utimensat(AT_FDCWD, path, times, 0) < 0 ? -errno : 1;
}

int64_t amber_clock(int clock) {
    struct timespec time = {0, 0};
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int amber_sysinfo(uint64_t memory_in_bytes, int64_t uptime_offset, void *buffer, size_t size) {
    struct sysinfo info;
    if (sysinfo(&info) < 0) return -errno;
    if (info.mem_unit == 0) info.mem_unit = 1;
    uint64_t total = memory_in_bytes / info.mem_unit;
    if (info.freeram > total) info.freeram = total;
    if (info.bufferram > total) info.bufferram = total;
    if (info.sharedram > total) info.sharedram = total;
    info.totalram = total;
    info.uptime += uptime_offset;
    /* The last member is padding of no length on 64-bit machines. */
    size_t used = sizeof info < size ? sizeof info : size;
    memcpy(buffer, &info, used);
    return (int)used;
}
