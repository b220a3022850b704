#define _GNU_SOURCE
#include "amber_process.h"
#include "result.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

ssize_t amber_read_memory(int pid, uint64_t address, void *buffer, size_t count) {
    struct iovec local = {buffer, count};
    struct iovec remote = {(void *)(uintptr_t)address, count};
    RESULT(process_vm_readv(pid, &local, 1, &remote, 1, 0));
}

uint64_t amber_find_memory(int pid, uint64_t start, uint64_t end, const void *bytes, size_t count, void *buffer,
                           size_t size) {
    while (start + count <= end) {
        size_t step = end - start < size ? end - start : size;
        ssize_t got = amber_read_memory(pid, start, buffer, step);
        if (got < (ssize_t)count) {
            if (got < 0 && got != -EFAULT) return 0;
            start = ((start + (got > 0 ? (uint64_t)got : 0)) | 4095) + 1;
            continue;
        }
        char *place = memmem(buffer, (size_t)got, bytes, count);
        if (place) return start + (uint64_t)(place - (char *)buffer);
        /* What is looked for may lie across the border of two steps. */
        start += (size_t)got == step ? step - (count - 1) : (size_t)got;
    }
    return 0;
}

ssize_t amber_read_string(int pid, uint64_t address, char *buffer, size_t size) {
    size_t done = 0;
    while (done < size) {
        size_t step = 4096 - ((address + done) & 4095);
        if (done == 0 && step < 256 && size >= step + 256) {
            /* Mostly the string ends before the page does, or the next page is there: one call for both. */
            step += 256;
        }
        if (step > size - done) step = size - done;
        ssize_t count = amber_read_memory(pid, address + done, buffer + done, step);
        if (count <= 0) return count < 0 ? count : -EFAULT;
        char *end = memchr(buffer + done, 0, (size_t)count);
        if (end) return end - buffer;
        done += (size_t)count;
    }
    return -ENAMETOOLONG;
}

int amber_pidfd_open(int pid) { RESULT((int)syscall(SYS_pidfd_open, pid, 0)); }
int amber_pidfd_send_signal(int pidfd, int signal) {
    RESULT((int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}
int amber_kill(int pid, int signal) { RESULT(kill(pid, signal)); }
int amber_getpid(void) { return getpid(); }
int amber_getpgrp(void) { return getpgrp(); }

static int64_t nanoseconds(struct timeval time) {
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

int amber_wait_change(int pid, int options, struct amber_child_state *state) {
    siginfo_t info;
    struct rusage use;
    memset(&info, 0, sizeof info);
    memset(&use, 0, sizeof use);
    /* The raw call returns the child's resource use too; glibc's waitid(3) does not. */
    if (syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WSTOPPED | WCONTINUED | options, &use) < 0) return -errno;
    *state = (struct amber_child_state){
        .pid = info.si_pid,
        .code = info.si_code,
        .status = info.si_status,
        .user_ns = nanoseconds(use.ru_utime),
        .system_ns = nanoseconds(use.ru_stime),
        .maximum_rss = use.ru_maxrss * 1024,
    };
    return 0;
}

int amber_wait_child(int pid, struct amber_child_state *state) { return amber_wait_change(pid, WNOHANG, state); }

int amber_pipe(int *ends) { RESULT(pipe2(ends, O_CLOEXEC)); }
int amber_socketpair(int *ends) { RESULT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)); }

int amber_receive_descriptor(int socket) {
    char byte;
    struct iovec data = {&byte, 1};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t count;
    do count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    struct cmsghdr *header = count == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int))) return -ECANCELED;
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

int amber_eventfd(void) { RESULT(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

static void unpack(uint64_t mask, sigset_t *set) {
    sigemptyset(set);
    for (int number = 1; number <= 64; number++) {
        if (mask >> (number - 1) & 1) sigaddset(set, number);
    }
}

int amber_signalfd(uint64_t mask) {
    sigset_t set;
    unpack(mask, &set);
    RESULT(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int amber_block_signals(uint64_t mask, uint64_t *before) {
    sigset_t set;
    sigset_t old;
    unpack(mask, &set);
    int error = pthread_sigmask(SIG_SETMASK, &set, &old);
    *before = 0;
    for (int number = 1; number <= 64; number++) {
        if (sigismember(&old, number) == 1) *before |= 1ULL << (number - 1);
    }
    return -error;
}

int amber_read_signal(int fd, struct amber_signal *signal) {
    struct signalfd_siginfo info;
    ssize_t count = read(fd, &info, sizeof info);
    if (count < 0) return -errno;
    *signal = (struct amber_signal){(int32_t)info.ssi_signo, info.ssi_code, (int32_t)info.ssi_pid};
    return 0;
}

uint64_t amber_ignored_signals(void) {
    uint64_t ignored = 0;
    for (int number = 1; number <= 64; number++) {
        /* The kernel's own call: sigaction(3) hides the signals 32 and 33, which a parent may have ignored too. */
        struct {
            void (*handler)(int);
            unsigned long rest[16];
        } action;
        if (syscall(SYS_rt_sigaction, number, NULL, &action, sizeof(uint64_t)) < 0) continue;
        if (action.handler == SIG_IGN) ignored |= 1ULL << (number - 1);
    }
    return ignored;
}

int amber_default_action(int number) { RESULT(signal(number, SIG_DFL) == SIG_ERR ? -1 : 0); }
int amber_ignore(int number) { RESULT(signal(number, SIG_IGN) == SIG_ERR ? -1 : 0); }

int amber_poll(struct amber_poll *items, int count, int timeout_ms) {
    _Static_assert(sizeof(struct amber_poll) == sizeof(struct pollfd), "the same three members (poll(2))");
    RESULT(poll((struct pollfd *)items, (nfds_t)count, timeout_ms));
}

ssize_t amber_tee(int from, int to, size_t count) { RESULT(tee(from, to, count, SPLICE_F_NONBLOCK)); }
ssize_t amber_splice(int from, int to, size_t count, int is_blocking) {
    RESULT(splice(from, NULL, to, NULL, count, is_blocking ? SPLICE_F_MOVE : SPLICE_F_NONBLOCK | SPLICE_F_MOVE));
}

int amber_set_nonblocking(int fd, int is_nonblocking) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -errno;
    RESULT(fcntl(fd, F_SETFL, is_nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}
int amber_bytes_waiting(int fd) {
    int count = 0;
    return ioctl(fd, FIONREAD, &count) < 0 ? -errno : count;
}
int amber_is_terminal(int fd) { return isatty(fd); }
int amber_get_flags(int fd) { RESULT(fcntl(fd, F_GETFL)); }
int amber_same_file(int fd1, int fd2) {
    int pid = getpid();
    RESULT((int)syscall(SYS_kcmp, pid, pid, KCMP_FILE, fd1, fd2));
}

int amber_open_pty(int *primary, int *secondary) {
    if (openpty(primary, secondary, NULL, NULL, NULL) < 0) return -errno;
    fcntl(*primary, F_SETFD, FD_CLOEXEC);
    fcntl(*secondary, F_SETFD, FD_CLOEXEC);
    return 0;
}
int amber_get_terminal(int fd, uint8_t *termios) { RESULT(tcgetattr(fd, (struct termios *)(void *)termios)); }
int amber_set_terminal(int fd, const uint8_t *termios) {
    RESULT(tcsetattr(fd, TCSADRAIN, (const struct termios *)(const void *)termios));
}
void amber_make_raw(uint8_t *termios) { cfmakeraw((struct termios *)(void *)termios); }
int amber_get_window(int fd, uint16_t *columns, uint16_t *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) return -errno;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}
int amber_set_window(int fd, uint16_t columns, uint16_t rows) {
    struct winsize size = {.ws_col = columns, .ws_row = rows};
    RESULT(ioctl(fd, TIOCSWINSZ, &size));
}
int amber_foreground_group(int fd) { RESULT(tcgetpgrp(fd)); }

uint32_t amber_umask(void) {
    mode_t mask = umask(077);
    umask(mask);
    return mask;
}
int amber_get_limit(int resource, uint64_t *soft, uint64_t *hard) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0) return -errno;
    *soft = limit.rlim_cur;
    *hard = limit.rlim_max;
    return 0;
}
int amber_set_limit(int resource, uint64_t soft, uint64_t hard) {
    struct rlimit limit = {soft, hard};
    RESULT(setrlimit(resource, &limit));
}
int amber_get_nice(void) { return getpriority(PRIO_PROCESS, 0); }
int amber_get_groups(uint32_t *groups, int count) { RESULT(getgroups(count, groups)); }
uint32_t amber_euid(void) { return geteuid(); }
uint32_t amber_egid(void) { return getegid(); }

int amber_user_name(uint32_t uid, char *buffer, size_t size) {
    /* Not getpwuid(3): a static executable cannot load NSS modules safely, so the file is read as it stands. */
    FILE *file = fopen("/etc/passwd", "re");
    buffer[0] = 0;
    if (!file) return -errno;
    struct passwd *entry;
    while ((entry = fgetpwent(file))) {
        if (entry->pw_uid != uid) continue;
        strncpy(buffer, entry->pw_name, size - 1);
        buffer[size - 1] = 0;
        break;
    }
    fclose(file);
    return 0;
}

int amber_has_capability(int capability) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) < 0) return 0;
    return data[capability / 32].effective >> (capability % 32) & 1;
}

int amber_has_no_new_privileges(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); }

void amber_limit_arenas(void) { mallopt(M_ARENA_MAX, 2); }

struct thread_start {
    void (*body)(void *);
    void *context;
    char name[16];
};

static void *run_thread(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.context);
    return NULL;
}

int amber_thread_start(const char *name, void (*body)(void *), void *context, uint64_t *thread) {
    struct thread_start *start = malloc(sizeof *start);
    if (!start) return -ENOMEM;
    start->body = body;
    start->context = context;
    strncpy(start->name, name, 15);
    start->name[15] = 0;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_t handle;
    int error = pthread_create(&handle, &attributes, run_thread, start);
    pthread_attr_destroy(&attributes);
    if (error) {
        free(start);
        return -error;
    }
    *thread = (uint64_t)handle;
    return 0;
}

int amber_thread_join(uint64_t thread) { return -pthread_join((pthread_t)thread, NULL); }
int amber_execve(const char *path, char *const *argv, char *const *envp) { RESULT(execve(path, argv, envp)); }
char **amber_environment(void) { return environ; }
void amber_exit(int code) { _exit(code); }
