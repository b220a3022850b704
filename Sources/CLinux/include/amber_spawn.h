/* Starting a child: a flat list of steps, prepared by the caller, carried out between clone and exec. */
#ifndef AMBER_SPAWN_H
#define AMBER_SPAWN_H
#include <stdint.h>

enum amber_step_kind {
    AMBER_STEP_CLOSE = 1,    /* a: descriptor */
    AMBER_STEP_DUP2,         /* a: from, b: to; also clears close-on-exec when equal */
    AMBER_STEP_SETSID,       /* setsid(2) */
    AMBER_STEP_CTTY,         /* a: descriptor of the terminal to make controlling */
    AMBER_STEP_FOREGROUND,   /* a: descriptor of a terminal: own group becomes its foreground group */
    AMBER_STEP_CHDIR,        /* s1 */
    AMBER_STEP_UMASK,        /* a */
    AMBER_STEP_LIMIT,        /* a: resource, n1: soft, n2: hard; a refusal is not an error */
    AMBER_STEP_NICE,         /* a: value; a refusal is not an error */
    AMBER_STEP_SETGROUPS,    /* n1: count, p: gid_t[]; EPERM is not an error (user namespaces deny it) */
    AMBER_STEP_SETGID,       /* a */
    AMBER_STEP_SETUID,       /* a */
    AMBER_STEP_IGNORE,       /* a: signal to ignore */
    AMBER_STEP_DEFAULTS,     /* every signal back to its default */
    AMBER_STEP_MASK,         /* n1: signals to block, bit n-1 for signal n */
    AMBER_STEP_UNSHARE,      /* n1: CLONE_NEW* */
    AMBER_STEP_WRITE_FILE,   /* s1: path, s2: text; b != 0: a refusal is not an error */
    AMBER_STEP_AWAIT,        /* a: descriptor: wait for one byte; end of file is ECANCELED */
    AMBER_STEP_SIGNAL,       /* a: descriptor: write one byte */
    AMBER_STEP_MOUNT,        /* s1: source, s2: target, s3: type, n1: flags, s4: data; b != 0: may be refused */
    AMBER_STEP_MKDIR,        /* s1: path, a: mode; EEXIST is not an error */
    AMBER_STEP_TOUCH,        /* s1: path of a regular file to make where there is none */
    AMBER_STEP_SYMLINK,      /* s1: target, s2: path; EEXIST is not an error */
    AMBER_STEP_PIVOT,        /* s1: new root; the old one is detached */
    AMBER_STEP_HOSTNAME,     /* s1 */
    AMBER_STEP_LOOPBACK,     /* brings the interface lo up */
    AMBER_STEP_LOCAL_ROUTES, /* makes every address local; a: with an IPv6 address, too; a refusal is not an error */
    AMBER_STEP_ENTER,        /* a: descriptor of a namespace to join, n1: its CLONE_NEW* */
    AMBER_STEP_DOOR,         /* a: socket on which sockets are asked for; the child does nothing else */
    AMBER_STEP_NO_DUMP,      /* a: value for PR_SET_DUMPABLE */
    AMBER_STEP_NO_NEW_PRIVS, /* prctl(PR_SET_NO_NEW_PRIVS) */
    AMBER_STEP_READ_ONLY,    /* every mount of the namespace becomes read-only, without devices' and set-id's powers */
    AMBER_STEP_DEATH_SIGNAL, /* a: signal when the parent dies */
    AMBER_STEP_OPEN,         /* s1: path, a: number for the descriptor, b: open(2) flags; on refusal it is /dev/null */
    AMBER_STEP_TIME,         /* n1, n2: offsets of the monotonic and boot clocks of children, in ns; may be refused */
    AMBER_STEP_INIT,         /* a: pid for the child of init or 0, b: descriptor for the report of its end,
                                n1: socket on which pids are asked for, n2: ns_last_pid, open; both 0 for none */
    AMBER_STEP_LEADER,       /* forks: this process leads the session, the child goes on; a: socket for reports */
    AMBER_STEP_PUMP,         /* p: int[2][n1], pairs of sockets to copy between until they end; does nothing else */
    AMBER_STEP_FILTER,       /* p: struct sock_fprog, n1: flags, a: socket that the listener is sent over */
    AMBER_STEP_KEEP_FDS,     /* closes every descriptor above 2 at exec */
    AMBER_STEP_EXEC,         /* s1: path, p: argv, p2: envp, p3: argv of /bin/sh for ENOEXEC */
};

struct amber_step {
    int32_t kind;
    int32_t a;
    int32_t b;
    uint64_t n1;
    uint64_t n2;
    const char *_Nullable s1;
    const char *_Nullable s2;
    const char *_Nullable s3;
    const char *_Nullable s4;
    const void *_Nullable p;
    const void *_Nullable p2;
    const void *_Nullable p3;
};

/* What a child reports when a step fails; errno is positive. */
struct amber_step_failure {
    int32_t step;
    int32_t error;
};

/* What the init of a pid namespace reports when its child ends: a status of wait(2). */
struct amber_init_report {
    int32_t pid;
    int32_t status;
};

/*
 * clone3(2), Linux 5.3: makes a child with `flags` (CLONE_NEW*; CLONE_PIDFD is added) that carries out the steps.
 * Returns its pid and sets *pidfd, or -errno. The child writes a struct amber_step_failure to `report` and leaves
 * by _exit(125) when a step fails. Every signal is blocked in the child until its MASK step.
 */
int amber_spawn(const struct amber_step *_Nonnull steps, int count, uint64_t flags, int report, int *_Nonnull pidfd);

#endif
