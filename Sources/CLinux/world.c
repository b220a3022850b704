#define _GNU_SOURCE
#include "amber_world.h"
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

int64_t amber_clock(int clock) {
    struct timespec time = {0, 0};
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}
int64_t amber_clock_boottime(void) { return amber_clock(CLOCK_BOOTTIME); }

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
