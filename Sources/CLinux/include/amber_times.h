/* File status as a program in a sandbox sees it, with the times of a replayed clock. */
#ifndef AMBER_TIMES_H
#define AMBER_TIMES_H
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/* One line of uid_map or gid_map (user_namespaces(7)). */
struct amber_id_map {
    uint32_t inside;
    uint32_t outside;
    uint32_t count;
};

/* Times from `since` to now are `offset` later than they are; both in nanoseconds. */
struct amber_time_shift {
    int64_t since;
    int64_t offset;
    struct amber_id_map users;
    struct amber_id_map groups;
};

/* Opens a path for its status, as a thread with this root directory would; `is_following` the last link. -errno. */
int amber_open_status(int root, const char *path, int is_following);
/* fstat(2) of a descriptor into a `struct stat` of this architecture: its size where a time is shifted, 0 where none
 * is (the program may ask the kernel), or -errno. */
int amber_shifted_stat(int fd, const struct amber_time_shift *shift, void *buffer, size_t size);
/* The same for statx(2). */
int amber_shifted_statx(int fd, uint32_t mask, const struct amber_time_shift *shift, void *buffer, size_t size);
#pragma clang assume_nonnull end
#endif
