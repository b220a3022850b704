/* Calls on processes, signals, pipes and terminals. Each returns the result, >= 0, or -errno. */
#ifndef AMBER_PROCESS_H
#define AMBER_PROCESS_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/* process_vm_readv(2), Linux 3.2: reads another process's memory; short where the range ends. */
ssize_t amber_read_memory(int pid, uint64_t address, void *buffer, size_t count);
/* Looks for bytes in another process's memory, through a buffer of `size` bytes, more than `count`; the first address
 * where they stand, 0 for none. What cannot be read is passed over. */
uint64_t amber_find_memory(int pid, uint64_t start, uint64_t end, const void *bytes, size_t count, void *buffer,
                           size_t size);
/* Reads a NUL-terminated string, page by page so that it never runs into an unmapped one; the length without the
 * NUL, -ENAMETOOLONG where none ends within `size`, -EFAULT, -EPERM. */
ssize_t amber_read_string(int pid, uint64_t address, char *buffer, size_t size);
int amber_pidfd_open(int pid);
int amber_pidfd_send_signal(int pidfd, int signal);
int amber_kill(int pid, int signal);
int amber_getpid(void);
int amber_getpgrp(void);

struct amber_child_state {
    int32_t pid;
    int32_t code;   /* CLD_EXITED, CLD_KILLED, CLD_DUMPED, CLD_STOPPED, CLD_CONTINUED */
    int32_t status; /* exit code or signal */
    int64_t user_ns;
    int64_t system_ns;
    int64_t maximum_rss; /* bytes */
};
/* waitid(2) for a child's end, stop or continuation, without blocking; 0 with pid 0 when nothing happened. */
int amber_wait_child(int pid, struct amber_child_state *state);
/* The same with options of waitid(2); blocks without WNOHANG. Safe after fork. */
int amber_wait_change(int pid, int options, struct amber_child_state *state);

/* pipe2(2), close-on-exec. */
int amber_pipe(int *ends);
/* socketpair(2), AF_UNIX stream, close-on-exec. */
int amber_socketpair(int *ends);
/* Receives one descriptor (SCM_RIGHTS), close-on-exec; -ECANCELED at end of file. */
int amber_receive_descriptor(int socket);
int amber_eventfd(void);
/* Blocks every signal of `mask` for this thread and makes a descriptor that reads them. */
int amber_signalfd(uint64_t mask);
int amber_block_signals(uint64_t mask, uint64_t *before);
struct amber_signal {
    int32_t number;
    int32_t code; /* SI_USER 0, SI_KERNEL 128 */
    int32_t sender;
};
int amber_read_signal(int fd, struct amber_signal *signal);
/* The signals ignored at the moment, bit n-1 for signal n. */
uint64_t amber_ignored_signals(void);
int amber_default_action(int signal);
int amber_ignore(int signal);

struct amber_poll {
    int32_t fd;
    int16_t wanted;
    int16_t ready;
};
int amber_poll(struct amber_poll *items, int count, int timeout_ms);
ssize_t amber_tee(int from, int to, size_t count);
ssize_t amber_splice(int from, int to, size_t count, int is_blocking);
int amber_set_nonblocking(int fd, int is_nonblocking);
int amber_bytes_waiting(int fd);
int amber_is_terminal(int fd);
/* fcntl(F_GETFL): the access mode and status flags. */
int amber_get_flags(int fd);
/* kcmp(2) KCMP_FILE: 0 where both numbers are one open file description of this process. */
int amber_same_file(int fd1, int fd2);

/* Terminals: pty(7), tty_ioctl(4). `termios` holds at least 64 bytes. */
int amber_open_pty(int *primary, int *secondary);
int amber_get_terminal(int fd, uint8_t *termios);
int amber_set_terminal(int fd, const uint8_t *termios);
void amber_make_raw(uint8_t *termios);
int amber_get_window(int fd, uint16_t *columns, uint16_t *rows);
int amber_set_window(int fd, uint16_t columns, uint16_t rows);
int amber_foreground_group(int fd);

uint32_t amber_umask(void);
/* 1 where PR_SET_NO_NEW_PRIVS was called (prctl(2)). */
int amber_has_no_new_privileges(void);
int amber_get_limit(int resource, uint64_t *soft, uint64_t *hard);
int amber_set_limit(int resource, uint64_t soft, uint64_t hard);
int amber_get_nice(void);
int amber_get_groups(uint32_t *groups, int count);
uint32_t amber_euid(void);
uint32_t amber_egid(void);
/* The user's name, "" where there is none; looked up by getpwuid_r(3). */
int amber_user_name(uint32_t uid, char *buffer, size_t size);
int amber_has_capability(int capability);
/* glibc's backtrace of fork: keeps malloc from growing an arena per thread. */
void amber_limit_arenas(void);
/* Starts a detached or joinable thread; `name` at most 15 bytes. 0 or -errno. */
int amber_thread_start(const char *name, void (*body)(void *), void *context, uint64_t *thread);
int amber_thread_join(uint64_t thread);
int amber_execve(const char *path, char *_Nullable const *_Nonnull argv, char *_Nullable const *_Nonnull envp);
char *_Nullable *_Nonnull amber_environment(void);
void amber_exit(int code) __attribute__((noreturn));
#pragma clang assume_nonnull end
#endif
