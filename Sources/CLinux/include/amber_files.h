/* Calls on files. Each returns the result, >= 0, or -errno; none prints, allocates or keeps state. */
#ifndef AMBER_FILES_H
#define AMBER_FILES_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/* What statx(2) says, Linux 4.11; times are nanoseconds since the epoch. */
struct amber_status {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    uint64_t blocks; /* of 512 bytes */
    int64_t mtime;
    int64_t ctime;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t nlink;
    uint64_t rdev;
};

/* openat(2) with O_CLOEXEC added. */
int amber_openat(int dir, const char *path, int flags, uint32_t mode);
/* openat2(2), Linux 5.6, with O_CLOEXEC added; `resolve` is RESOLVE_*. */
int amber_openat2(int dir, const char *path, uint64_t flags, uint32_t mode, uint64_t resolve);
/* close(2); never retried: Linux frees the number even on EINTR. */
int amber_close(int fd);
ssize_t amber_read(int fd, void *buffer, size_t count);
ssize_t amber_pread(int fd, void *buffer, size_t count, int64_t offset);
ssize_t amber_write(int fd, const void *buffer, size_t count);
ssize_t amber_pwrite(int fd, const void *buffer, size_t count, int64_t offset);
int amber_fsync(int fd);
int64_t amber_lseek(int fd, int64_t offset, int whence);
int amber_ftruncate(int fd, int64_t length);
/* statx(2); `flags` is AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH. Automounts are never triggered. */
int amber_statx(int dir, const char *path, int flags, struct amber_status *status);
/* listxattr(2), through links. */
ssize_t amber_listxattr(const char *path, char *buffer, size_t size);
ssize_t amber_readlinkat(int dir, const char *path, char *buffer, size_t size);
int amber_mkdirat(int dir, const char *path, uint32_t mode);
int amber_symlinkat(const char *target, int dir, const char *path);
int amber_linkat(int old_dir, const char *old_path, int dir, const char *path, int flags);
int amber_mknodat(int dir, const char *path, uint32_t mode);
int amber_unlinkat(int dir, const char *path, int flags);
int amber_renameat2(int old_dir, const char *old_path, int dir, const char *path, unsigned flags);
int amber_fchmod(int fd, uint32_t mode);
int amber_fchmodat(int dir, const char *path, uint32_t mode);
int amber_fchownat(int dir, const char *path, uint32_t uid, uint32_t gid, int flags);
/* utimensat(2): sets both times to `mtime` nanoseconds. An empty path with AT_EMPTY_PATH means `dir` itself. */
int amber_utimens(int dir, const char *path, int64_t mtime, int flags);
/* getdents64(2): fills the buffer with struct linux_dirent64; 0 at the end. */
ssize_t amber_getdents(int fd, void *buffer, size_t size);
/* copy_file_range(2) from both files' own positions, Linux 5.3 across file systems. */
ssize_t amber_copy_file_range(int in, int out, size_t count);
/* ioctl(FICLONE): shares all of `in`'s blocks with `out`. */
int amber_ficlone(int in, int out);
int amber_flock(int fd, int operation);
int amber_memfd_create(const char *name);
/* fstatfs(2): free bytes for an ordinary user, and the file system's magic number. */
int amber_statfs(int fd, uint64_t *free_bytes, uint64_t *total_bytes, int64_t *type);
int amber_faccessat(int dir, const char *path, int mode);
int amber_dup(int fd);
/* The text of errno(3), a constant: strerror(3) shares a buffer between threads (glibc 2.32). */
const char *amber_error_text(int code);
/* The name of an errno, "ENOENT"; NULL where it has none. */
const char *_Nullable amber_error_name(int code);
#pragma clang assume_nonnull end
#endif
