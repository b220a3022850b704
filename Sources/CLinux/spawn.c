/*
 * Between clone and exec the child is a copy of a process with threads: it allocates nothing, takes no lock and
 * calls only what signal-safety(7) allows, or the kernel directly.
 */
#define _GNU_SOURCE
#include "amber_network.h"
#include "amber_process.h"
#include "amber_spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

_Static_assert(sizeof(struct amber_step_failure) == 8, "read as 8 bytes by the parent");
_Static_assert(sizeof(struct amber_init_report) == 8, "read as 8 bytes by the parent");

static long raw_clone3(uint64_t flags, int *pidfd, int *set_tid) {
    struct clone_args args;
    memset(&args, 0, sizeof args);
    args.flags = flags;
    args.exit_signal = SIGCHLD;
    if (pidfd) {
        args.flags |= CLONE_PIDFD;
        args.pidfd = (uint64_t)(uintptr_t)pidfd;
    }
    if (set_tid) {
        args.set_tid = (uint64_t)(uintptr_t)set_tid;
        args.set_tid_size = 1;
    }
    return syscall(SYS_clone3, &args, sizeof args);
}

static int write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    size_t size = strlen(text);
    ssize_t written = write(fd, text, size);
    int saved = errno;
    close(fd);
    errno = saved;
    return written == (ssize_t)size ? 0 : -1;
}

static int await_byte(int fd) {
    char byte;
    ssize_t count;
    do count = read(fd, &byte, 1);
    while (count < 0 && errno == EINTR);
    if (count == 0) errno = ECANCELED;
    return count == 1 ? 0 : -1;
}

static int loopback_up(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    int result = ioctl(fd, SIOCSIFFLAGS, &request);
    int saved = errno;
    close(fd);
    errno = saved;
    return result;
}

/* Sends a descriptor as SCM_RIGHTS (unix(7)). */
static int send_descriptor(int socket, int fd) {
    char byte = 'L';
    struct iovec data = {&byte, 1};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static int install_filter(const struct amber_step *step) {
    /* QUIRK: WAIT_KILLABLE_RECV is refused with EINVAL before 5.19 (seccomp(2)); SPEC_ALLOW is 4.17. We drop the
     * flags that the kernel does not know. Remove when the floor is 5.19. */
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, step->n1, step->p);
    if (listener < 0 && errno == EINVAL) {
        listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, step->p);
    }
    if (listener < 0) return -1;
    int result = send_descriptor(step->a, listener);
    int saved = errno;
    close(listener);
    errno = saved;
    return result;
}

/* Writes digits without a sign; returns how many. No library call: see above. */
static size_t write_number(char *text, uint64_t value) {
    char digits[20];
    size_t count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    for (size_t index = 0; index < count; index++) text[index] = digits[count - 1 - index];
    return count;
}

/* Makes `wanted` the next pid of this pid namespace, as far as it is free (ns_last_pid, proc_sys_kernel(5)). Never
 * goes back: a pid that was given out is not to come again. */
static void steer_pid(int last_pid, int32_t wanted) {
    char text[20];
    int32_t last = 0;
    ssize_t count = pread(last_pid, text, sizeof text, 0);
    for (ssize_t index = 0; index < count && text[index] >= '0' && text[index] <= '9'; index++) {
        last = last * 10 + (text[index] - '0');
    }
    if (wanted - 1 > last) count = pwrite(last_pid, text, write_number(text, (uint64_t)wanted - 1), 0);
    (void)count;
}

struct init_watch {
    int child;
    int report;
    int steering; /* socket: an int32_t pid in, one byte out; -1 for none */
    int last_pid;
    int signals;
};

static void keep_three(int a, int b, int c) {
    int low = a < b ? a : b;
    int high = a < b ? b : a;
    int mid = c < low ? low : c > high ? high : c;
    low = c < low ? c : low;
    high = c > high ? c : high;
    if (low > 0) syscall(SYS_close_range, 0, low - 1, 0);
    if (mid > low + 1) syscall(SYS_close_range, low + 1, mid - 1, 0);
    if (high > mid + 1) syscall(SYS_close_range, mid + 1, high - 1, 0);
    syscall(SYS_close_range, high + 1, ~0U, 0);
}

/* Waits until a child has ended, and serves requests for pids meanwhile. */
static void await_child(struct init_watch *watch) {
    for (;;) {
        struct pollfd items[2] = {{watch->signals, POLLIN, 0}, {watch->steering, POLLIN, 0}};
        if (poll(items, 2, -1) < 0 && errno != EINTR) return;
        if (items[1].revents) {
            int32_t wanted;
            if (read(watch->steering, &wanted, sizeof wanted) == sizeof wanted) {
                steer_pid(watch->last_pid, wanted);
                if (write(watch->steering, "p", 1) != 1) watch->steering = -1;
            } else {
                watch->steering = -1;
            }
        }
        if (items[0].revents) {
            struct signalfd_siginfo info;
            while (read(watch->signals, &info, sizeof info) == sizeof info) {}
            return;
        }
    }
}

/* Process 1 of a pid namespace: reaps, reports the end of the one child that matters, and goes with it. */
static void run_init(struct init_watch *watch) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (watch->steering > 0) {
        keep_three(watch->report, watch->steering, watch->last_pid);
        sigset_t ends;
        sigemptyset(&ends);
        sigaddset(&ends, SIGCHLD);
        watch->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    } else {
        keep_three(watch->report, watch->report, watch->report);
        watch->signals = -1;
    }
    for (;;) {
        int status;
        pid_t pid = wait4(-1, &status, watch->signals >= 0 ? WNOHANG : 0, NULL);
        if (pid == watch->child) {
            struct amber_init_report end = {pid, status};
            ssize_t written = write(watch->report, &end, sizeof end);
            _exit(written == sizeof end ? 0 : 1);
        }
        if (pid == 0) await_child(watch);
        if (pid < 0 && errno == ECHILD) _exit(1);
    }
}

static int become_init(const struct amber_step *step) {
    int wanted = step->a;
    long child = -1;
    /* Choosing a pid needs CAP_CHECKPOINT_RESTORE in the namespace (clone3(2), 5.9); a refusal is no reason to stop. */
    if (wanted > 1) child = raw_clone3(0, NULL, &wanted);
    if (child < 0) child = raw_clone3(0, NULL, NULL);
    if (child < 0) return -1;
    if (child == 0) return 0;
    struct init_watch watch = {(int)child, step->b, (int)step->n1, (int)step->n2, -1};
    run_init(&watch);
    return -1;
}

static int open_as(const struct amber_step *step) {
    int fd = open(step->s1, step->b | O_CLOEXEC);
    if (fd < 0) fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) return -1;
    if (fd == step->a) return 0;
    int result = dup3(fd, step->a, O_CLOEXEC);
    int saved = errno;
    close(fd);
    errno = saved;
    return result;
}

/* One clock's line of timens_offsets (time_namespaces(7)): name, seconds, nanoseconds that are not negative. */
static size_t write_offset(char *text, const char *name, int64_t offset) {
    int64_t seconds = offset / 1000000000;
    int64_t rest = offset % 1000000000;
    if (rest < 0) {
        rest += 1000000000;
        seconds -= 1;
    }
    size_t length = strlen(name);
    memcpy(text, name, length);
    text[length++] = ' ';
    if (seconds < 0) text[length++] = '-';
    length += write_number(text + length, (uint64_t)(seconds < 0 ? -seconds : seconds));
    text[length++] = ' ';
    length += write_number(text + length, (uint64_t)rest);
    text[length++] = '\n';
    return length;
}

/* Children of this process live in a time namespace of their own (time_namespaces(7), Linux 5.6). */
static int set_time(const struct amber_step *step) {
    char text[128];
    if (unshare(0x80 /* CLONE_NEWTIME */) < 0) return 0;
    size_t length = write_offset(text, "monotonic", (int64_t)step->n1);
    length += write_offset(text + length, "boottime", (int64_t)step->n2);
    int fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    /* One that is out of range is refused: then the clocks stay what they are. */
    ssize_t written = write(fd, text, length);
    (void)written;
    close(fd);
    return 0;
}

static void keep_only(int fd) {
    if (fd > 0) syscall(SYS_close_range, 0, fd - 1, 0);
    syscall(SYS_close_range, fd + 1, ~0U, 0);
}

/* Serves sockets until nobody asks any more; keeps nothing else open, and no file system busy. */
static int open_door(int door) {
    keep_only(door);
    prctl(PR_SET_NAME, "amber-door", 0, 0, 0);
    if (chdir("/") < 0) _exit(1);
    _exit(amber_serve_sockets(door) < 0 ? 1 : 0);
}

/*
 * The leader of a session of its own, as the shell is one for its jobs: a program that led its session itself would
 * be an orphaned process group, which the kernel does not let ^Z stop (setpgid(2), POSIX "orphaned process group").
 * Reports every change in the program's life over the socket, and stays until the other side is closed.
 */
static void run_leader(int child, int socket) {
    struct amber_child_state state;
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    keep_only(socket);
    memset(&state, 0, sizeof state);
    state.pid = child;
    int is_over = 0;
    while (!is_over) {
        /* Nobody may listen any more: the leader stays for the program's sake all the same. */
        send(socket, &state, sizeof state, MSG_NOSIGNAL);
        if (amber_wait_change(child, 0, &state) < 0) break;
        is_over = state.code == CLD_EXITED || state.code == CLD_KILLED || state.code == CLD_DUMPED;
    }
    /* The end of a leader hangs up on the foreground group: that must not be what the program left running. */
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) {
        tcsetpgrp(terminal, getpgrp());
        close(terminal);
    }
    if (is_over) send(socket, &state, sizeof state, MSG_NOSIGNAL);
    await_byte(socket);
    _exit(0);
}

static int become_leader(const struct amber_step *step) {
    long child = raw_clone3(0, NULL, NULL);
    if (child < 0) return -1;
    if (child == 0) return setpgid(0, 0);
    run_leader((int)child, step->a);
    return -1;
}

/* mount_setattr(2), Linux 5.12: all mounts below / at once, which a remount could not do. */
static int protect_mounts(void) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID};
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes);
}

static int pivot(const char *root) {
    /* pivot_root(2), "pivot_root(".", ".")": the old root ends up mounted over the new one and is detached. */
    if (chdir(root) < 0) return -1;
    if (syscall(SYS_pivot_root, ".", ".") < 0) return -1;
    if (umount2(".", MNT_DETACH) < 0) return -1;
    return chdir("/");
}

static int default_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < 65; number++) sigaction(number, &action, NULL);
    return 0;
}

static int ignore_signal(int number) {
    /* Not signal(3): it refuses 32 and 33. All members but the handler are 0. */
    struct {
        void (*handler)(int);
        unsigned long rest[16];
    } action;
    memset(&action, 0, sizeof action);
    action.handler = SIG_IGN;
    return (int)syscall(SYS_rt_sigaction, number, &action, NULL, sizeof(uint64_t));
}

static int set_mask(uint64_t mask) {
    return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

static int forgive(int result, int isOptional) { return isOptional ? 0 : result; }

static int exec_program(const struct amber_step *step) {
    execve(step->s1, (char *const *)step->p, (char *const *)step->p2);
    if (errno == ENOEXEC && step->p3) execve("/bin/sh", (char *const *)step->p3, (char *const *)step->p2);
    return -1;
}

static int mount_step(const struct amber_step *s) {
    return forgive(mount(s->s1 ? s->s1 : "none", s->s2, s->s3, s->n1, s->s4), s->b);
}

static int touch(const char *path) {
    int fd = open(path, O_CREAT | O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) return -1;
    return close(fd);
}

static int take_step(const struct amber_step *s) {
    switch (s->kind) {
    case AMBER_STEP_CLOSE: close(s->a); return 0;
    case AMBER_STEP_DUP2: return s->a == s->b ? fcntl(s->a, F_SETFD, 0) : dup2(s->a, s->b);
    case AMBER_STEP_SETSID: return setsid();
    case AMBER_STEP_CTTY: return ioctl(s->a, TIOCSCTTY, 0);
    case AMBER_STEP_FOREGROUND: return tcsetpgrp(s->a, getpgrp());
    case AMBER_STEP_CHDIR: return chdir(s->s1);
    case AMBER_STEP_UMASK: umask((mode_t)s->a); return 0;
    case AMBER_STEP_LIMIT: {
        struct rlimit limit = {s->n1, s->n2};
        struct rlimit old;
        if (setrlimit(s->a, &limit) < 0 && getrlimit(s->a, &old) == 0) {
            limit.rlim_max = old.rlim_max;
            if (limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
            setrlimit(s->a, &limit);
        }
        return 0;
    }
    case AMBER_STEP_NICE: setpriority(PRIO_PROCESS, 0, s->a); return 0;
    case AMBER_STEP_SETGROUPS: syscall(SYS_setgroups, s->n1, s->p); return 0;
    case AMBER_STEP_SETGID: return (int)syscall(SYS_setresgid, s->a, s->a, s->a);
    case AMBER_STEP_SETUID: return (int)syscall(SYS_setresuid, s->a, s->a, s->a);
    case AMBER_STEP_IGNORE: return ignore_signal(s->a);
    case AMBER_STEP_DEFAULTS: return default_signals();
    case AMBER_STEP_MASK: return set_mask(s->n1);
    case AMBER_STEP_UNSHARE: return unshare((int)s->n1);
    case AMBER_STEP_WRITE_FILE: return forgive(write_file(s->s1, s->s2), s->b);
    case AMBER_STEP_AWAIT: return await_byte(s->a);
    case AMBER_STEP_SIGNAL: return write(s->a, "x", 1) == 1 ? 0 : -1;
    case AMBER_STEP_MOUNT: return mount_step(s);
    case AMBER_STEP_MKDIR: return mkdir(s->s1, (mode_t)s->a) < 0 && errno != EEXIST ? -1 : 0;
    case AMBER_STEP_TOUCH: return touch(s->s1);
    case AMBER_STEP_SYMLINK: return symlink(s->s1, s->s2) < 0 && errno != EEXIST ? -1 : 0;
    case AMBER_STEP_PIVOT: return pivot(s->s1);
    case AMBER_STEP_HOSTNAME: return sethostname(s->s1, strlen(s->s1));
    case AMBER_STEP_LOOPBACK: return loopback_up();
    case AMBER_STEP_LOCAL_ROUTES: amber_localize_addresses(s->a); return 0;
    case AMBER_STEP_ENTER: return setns(s->a, (int)s->n1);
    case AMBER_STEP_DOOR: return open_door(s->a);
    case AMBER_STEP_PUMP: amber_pump(s->p, (int)s->n1); _exit(0);
    case AMBER_STEP_NO_DUMP: return prctl(PR_SET_DUMPABLE, s->a, 0, 0, 0);
    case AMBER_STEP_NO_NEW_PRIVS: return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    case AMBER_STEP_READ_ONLY: return protect_mounts();
    case AMBER_STEP_DEATH_SIGNAL: return prctl(PR_SET_PDEATHSIG, s->a, 0, 0, 0);
    case AMBER_STEP_OPEN: return open_as(s);
    case AMBER_STEP_TIME: return set_time(s);
    case AMBER_STEP_INIT: return become_init(s);
    case AMBER_STEP_LEADER: return become_leader(s);
    case AMBER_STEP_FILTER: return install_filter(s);
    case AMBER_STEP_KEEP_FDS: syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC); return 0;
    case AMBER_STEP_EXEC: return exec_program(s);
    default: errno = ENOSYS; return -1;
    }
}

int amber_spawn(const struct amber_step *steps, int count, uint64_t flags, int report, int *pidfd) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    /* The child must not run a handler of ours: it would do so in a copy of our memory. */
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int descriptor = -1;
    long pid = raw_clone3(flags, &descriptor, NULL);
    int saved = errno;
    if (pid == 0) {
        for (int index = 0; index < count; index++) {
            if (take_step(&steps[index]) >= 0) continue;
            struct amber_step_failure failure = {index, errno};
            ssize_t written = write(report, &failure, sizeof failure);
            _exit(written == sizeof failure ? 125 : 124);
        }
        _exit(125);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) return -saved;
    *pidfd = descriptor;
    return (int)pid;
}
