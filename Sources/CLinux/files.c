#define _GNU_SOURCE
#include "amber_files.h"
#include "result.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

int amber_openat(int dir, const char *path, int flags, uint32_t mode) {
    RESULT(openat(dir, path, flags | O_CLOEXEC, mode));
}

int amber_openat2(int dir, const char *path, uint64_t flags, uint32_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
    RESULT((int)syscall(SYS_openat2, dir, path, &how, sizeof how));
}

int amber_close(int fd) { RESULT(close(fd)); }
ssize_t amber_read(int fd, void *buffer, size_t count) { RESULT(read(fd, buffer, count)); }
ssize_t amber_pread(int fd, void *buffer, size_t count, int64_t offset) {
    RESULT(pread(fd, buffer, count, offset));
}
ssize_t amber_write(int fd, const void *buffer, size_t count) { RESULT(write(fd, buffer, count)); }
ssize_t amber_pwrite(int fd, const void *buffer, size_t count, int64_t offset) {
    RESULT(pwrite(fd, buffer, count, offset));
}
int amber_fsync(int fd) { RESULT(fsync(fd)); }
int64_t amber_lseek(int fd, int64_t offset, int whence) { RESULT(lseek(fd, offset, whence)); }
int amber_ftruncate(int fd, int64_t length) { RESULT(ftruncate(fd, length)); }

static int64_t nanoseconds(struct statx_timestamp time) {
    return (int64_t)((uint64_t)time.tv_sec * 1000000000u + time.tv_nsec);
}

int amber_statx(int dir, const char *path, int flags, struct amber_status *status) {
    struct statx x;
    if (statx(dir, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &x) < 0) return -errno;
    *status = (struct amber_status){
        .device = (uint64_t)x.stx_dev_major << 32 | x.stx_dev_minor,
        .inode = x.stx_ino,
        .size = x.stx_size,
        .blocks = x.stx_blocks,
        .mtime = nanoseconds(x.stx_mtime),
        .ctime = nanoseconds(x.stx_ctime),
        .mode = x.stx_mode,
        .uid = x.stx_uid,
        .gid = x.stx_gid,
        .nlink = x.stx_nlink,
        .rdev = (uint64_t)x.stx_rdev_major << 32 | x.stx_rdev_minor,
    };
    return 0;
}

ssize_t amber_listxattr(const char *path, char *buffer, size_t size) { RESULT(listxattr(path, buffer, size)); }
ssize_t amber_readlinkat(int dir, const char *path, char *buffer, size_t size) {
    RESULT(readlinkat(dir, path, buffer, size));
}
int amber_mkdirat(int dir, const char *path, uint32_t mode) { RESULT(mkdirat(dir, path, mode)); }
int amber_symlinkat(const char *target, int dir, const char *path) { RESULT(symlinkat(target, dir, path)); }
int amber_linkat(int old_dir, const char *old_path, int dir, const char *path, int flags) {
    RESULT(linkat(old_dir, old_path, dir, path, flags));
}
int amber_mknodat(int dir, const char *path, uint32_t mode) { RESULT(mknodat(dir, path, mode, 0)); }
int amber_unlinkat(int dir, const char *path, int flags) { RESULT(unlinkat(dir, path, flags)); }
int amber_renameat2(int old_dir, const char *old_path, int dir, const char *path, unsigned flags) {
    RESULT(renameat2(old_dir, old_path, dir, path, flags));
}
int amber_fchmod(int fd, uint32_t mode) { RESULT(fchmod(fd, mode)); }
int amber_fchmodat(int dir, const char *path, uint32_t mode) { RESULT(fchmodat(dir, path, mode, 0)); }
int amber_fchownat(int dir, const char *path, uint32_t uid, uint32_t gid, int flags) {
    RESULT(fchownat(dir, path, uid, gid, flags));
}

int amber_utimens(int dir, const char *path, int64_t mtime, int flags) {
    int64_t seconds = mtime / 1000000000;
    int64_t rest = mtime % 1000000000;
    if (rest < 0) {
        rest += 1000000000;
        seconds -= 1;
    }
    struct timespec times[2] = {{seconds, rest}, {seconds, rest}};
    RESULT(utimensat(dir, path, times, flags));
}

ssize_t amber_getdents(int fd, void *buffer, size_t size) { RESULT(syscall(SYS_getdents64, fd, buffer, size)); }
ssize_t amber_copy_file_range(int in, int out, size_t count) {
    RESULT(copy_file_range(in, NULL, out, NULL, count, 0));
}
int amber_ficlone(int in, int out) { RESULT(ioctl(out, FICLONE, in)); }
int amber_flock(int fd, int operation) { RESULT(flock(fd, operation)); }
int amber_memfd_create(const char *name) { RESULT(memfd_create(name, MFD_CLOEXEC)); }

int amber_statfs(int fd, uint64_t *free_bytes, uint64_t *total_bytes, int64_t *type) {
    struct statfs s;
    if (fstatfs(fd, &s) < 0) return -errno;
    *free_bytes = (uint64_t)s.f_bavail * (uint64_t)s.f_bsize;
    *total_bytes = (uint64_t)s.f_blocks * (uint64_t)s.f_bsize;
    *type = s.f_type;
    return 0;
}
int amber_faccessat(int dir, const char *path, int mode) { RESULT(faccessat(dir, path, mode, AT_EACCESS)); }
int amber_dup(int fd) { RESULT(fcntl(fd, F_DUPFD_CLOEXEC, 0)); }
const char *amber_error_name(int code) { return strerrorname_np(code); }

const char *amber_error_text(int code) {
    const char *text = strerrordesc_np(code);
    return text ? text : "unknown error";
}
