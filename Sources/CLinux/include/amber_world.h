/* What a recorded world is made of: other processes' memory, random bytes, clocks. Each returns >= 0 or -errno. */
#ifndef AMBER_WORLD_H
#define AMBER_WORLD_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/* Writes through /proc/PID/mem, also where the process itself may only read or execute (FOLL_FORCE; proc_pid_mem(5)):
 * the page becomes the process's own. Refused by kernels from 6.12 on that say so (proc_mem.force_override). */
ssize_t amber_force_memory(int pid, uint64_t address, const void *buffer, size_t count);
/* getrandom(2), once, with these flags. */
ssize_t amber_getrandom(void *buffer, size_t count, unsigned flags);
/* 1 where a descriptor is /dev/random (1:8) or /dev/urandom (1:9), whatever its name; 0 where it is something else. */
int amber_is_random_device(int fd);
/* Opens a path for its times only, as a process with this root directory would; -errno. */
int amber_open_place(int root, const char *path);
/* Shifts the times of a file by `offset` where they are between `since` and now; both in nanoseconds. 1 where one was. */
int amber_shift_times(int fd, int64_t since, int64_t offset);
/* A clock by its number, in nanoseconds. */
int64_t amber_clock(int clock);

/* sysinfo(2) for programs of our own word size, with another memory size; writes at most `size` bytes, says how many. */
int amber_sysinfo(uint64_t memory_in_bytes, int64_t uptime_offset, void *buffer, size_t size);
#pragma clang assume_nonnull end
#endif
