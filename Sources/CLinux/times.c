#define _GNU_SOURCE
#include "amber_times.h"
#include "amber_files.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define RESOLVE_IN_ROOT_FLAG 0x10

int amber_open_status(int root, const char *path, int is_following) {
    uint64_t flags = (uint64_t)O_PATH | (is_following ? 0 : (uint64_t)O_NOFOLLOW);
    return amber_openat2(root, path, flags, 0, RESOLVE_IN_ROOT_FLAG);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

/* What the replay itself has written bears the present; older and later times are the recording's, or the program's. */
static int shift_time(int64_t *seconds, uint32_t *nanoseconds, const struct amber_time_shift *shift, int64_t until) {
    if (*seconds < 0 || *seconds > INT64_MAX / SECOND - 1) return 0;
    int64_t time = *seconds * SECOND + *nanoseconds;
    if (time < shift->since || time > until) return 0;
    time += shift->offset;
    *seconds = time / SECOND;
    int64_t rest = time % SECOND;
    if (rest < 0) {
        rest += SECOND;
        *seconds -= 1;
    }
    *nanoseconds = (uint32_t)rest;
    return 1;
}

static uint32_t map_id(uint32_t id, const struct amber_id_map *map) {
    if (id >= map->outside && id - map->outside < map->count) return map->inside + (id - map->outside);
    return 65534; /* overflowuid, overflowgid (proc_sys_kernel(5)) */
}

static int shift_timespec(struct timespec *time, const struct amber_time_shift *shift, int64_t until) {
    int64_t seconds = time->tv_sec;
    uint32_t nanoseconds = (uint32_t)time->tv_nsec;
    if (!shift_time(&seconds, &nanoseconds, shift, until)) return 0;
    time->tv_sec = seconds;
    time->tv_nsec = nanoseconds;
    return 1;
}

int amber_shifted_stat(int fd, const struct amber_time_shift *shift, void *buffer, size_t size) {
    struct stat status;
    if (size < sizeof status) return -EINVAL;
    memset(&status, 0, sizeof status);
    if (syscall(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) < 0) return -errno;
    int64_t until = now();
    int is_shifted = shift_timespec(&status.st_atim, shift, until);
    is_shifted |= shift_timespec(&status.st_mtim, shift, until);
    is_shifted |= shift_timespec(&status.st_ctim, shift, until);
    if (!is_shifted) return 0;
    status.st_uid = map_id(status.st_uid, &shift->users);
    status.st_gid = map_id(status.st_gid, &shift->groups);
    memcpy(buffer, &status, sizeof status);
    return (int)sizeof status;
}

int amber_shifted_statx(int fd, uint32_t mask, const struct amber_time_shift *shift, void *buffer, size_t size) {
    struct statx status;
    if (size < sizeof status) return -EINVAL;
    memset(&status, 0, sizeof status);
    if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, mask, &status) < 0) return -errno;
    int64_t until = now();
    struct statx_timestamp *times[] = {
        &status.stx_atime, &status.stx_btime, &status.stx_ctime, &status.stx_mtime};
    int is_shifted = 0;
    for (size_t index = 0; index < sizeof times / sizeof *times; index++) {
        int64_t seconds = times[index]->tv_sec;
        uint32_t nanoseconds = times[index]->tv_nsec;
        if (!shift_time(&seconds, &nanoseconds, shift, until)) continue;
        times[index]->tv_sec = seconds;
        times[index]->tv_nsec = nanoseconds;
        is_shifted = 1;
    }
    if (!is_shifted) return 0;
    status.stx_uid = map_id(status.stx_uid, &shift->users);
    status.stx_gid = map_id(status.stx_gid, &shift->groups);
    memcpy(buffer, &status, sizeof status);
    return (int)sizeof status;
}
