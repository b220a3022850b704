/*
 * The guardian: a process that holds the listener too, so that the program lives when the supervisor dies.
 *
 * While the supervisor lives it does two things: it counts the signals that reach the process group (the supervisor
 * compares, and forwards only what the program did not get itself), and once a second it looks whether calls are
 * waiting that nobody receives (a supervisor that is stopped, or wedged) and lets them go on.
 * When the supervisor is gone it answers every call with CONTINUE, those first that were received and not answered,
 * and carries the streams on. It ends when the last process behind the filter has ended.
 *
 * It was forked from a process with threads: no allocation, no lock.
 */
#define _GNU_SOURCE
#include "amber_seccomp.h"
#include "amber_world.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SLOT_PATIENCE_NS 3000000000ULL

struct guardian {
    const struct amber_guardian_plan *plan;
    struct amber_slot slot;
    struct amber_relay relays[4];
    int signals;
    int is_alone;
    int is_listener_gone;
    int is_helping; /* the supervisor is stopped: calls are answered as they come */
    uint32_t last_received;
    int was_waiting;
    char buffer[65536];
};

static struct guardian self; /* the guardian's own copy: fork made it private */

static int is_ready(int fd) {
    struct pollfd item = {fd, POLLIN, 0};
    return poll(&item, 1, 0) > 0 && (item.revents & POLLIN);
}

/* Answers what waits now; returns how many calls that were. */
static int answer_waiting(void) {
    int count = 0;
    while (is_ready(self.plan->listener)) {
        int result = amber_listener_receive(self.plan->listener, &self.slot);
        if (result == -ENOENT || result == -EINTR) continue; /* the caller died meanwhile */
        if (result < 0) break;
        amber_listener_answer(self.plan->listener, &self.slot, 0);
        count++;
    }
    return count;
}

/* Answers calls that the supervisor received: all of them when it is dead, overdue ones when it is not. */
static int answer_received(uint64_t before) {
    int count = 0;
    for (int index = 0; index < AMBER_SLOTS; index++) {
        struct amber_slot *slot = &self.plan->shared->slots[index];
        uint64_t id = __atomic_load_n(&slot->call.id, __ATOMIC_ACQUIRE);
        uint64_t at = __atomic_load_n(&slot->received_at, __ATOMIC_ACQUIRE);
        if (id == 0) continue;
        if (!self.is_alone && (at == 0 || at > before)) continue;
        memset(&self.slot, 0, sizeof self.slot);
        self.slot.call.id = id;
        if (amber_listener_answer(self.plan->listener, &self.slot, 0) == 0) count++;
    }
    return count;
}

static void count_signals(void) {
    struct signalfd_siginfo info;
    while (read(self.signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo < 65) __atomic_add_fetch(&self.plan->shared->canary[info.ssi_signo], 1, __ATOMIC_ACQ_REL);
    }
}

/* Ends a relay; a terminal's descriptor may serve the other direction still. */
static void end_relay(struct amber_relay *stream) {
    int ends[2] = {stream->from, stream->to};
    stream->from = -1;
    stream->to = -1;
    for (int end = 0; end < 2; end++) {
        int is_used = ends[end] == self.plan->terminal || (end == 1 && ends[1] == ends[0]);
        for (int index = 0; index < self.plan->relay_count; index++) {
            is_used |= self.relays[index].from == ends[end] || self.relays[index].to == ends[end];
        }
        if (!is_used) close(ends[end]);
    }
}

/* Gives the terminal its settings back, unless somebody else has it by now: a shell sets its own. */
static void restore_terminal(void) {
    if (self.plan->terminal < 0 || tcgetpgrp(self.plan->terminal) != getpgrp()) return;
    tcsetattr(self.plan->terminal, TCSANOW, (const struct termios *)self.plan->termios);
}

/* Lets go of streams that have ended: their other side must see the end. */
static void close_ended_relays(void) {
    uint64_t count;
    if (read(self.plan->control, &count, sizeof count) != sizeof count) return;
    uint32_t ended = __atomic_load_n(&self.plan->shared->closed_relays, __ATOMIC_ACQUIRE);
    for (int index = 0; index < self.plan->relay_count; index++) {
        if (!(ended >> index & 1) || self.relays[index].from < 0) continue;
        end_relay(&self.relays[index]);
    }
}

static void watch(void) {
    struct amber_shared *shared = self.plan->shared;
    uint32_t received = __atomic_load_n(&shared->received, __ATOMIC_ACQUIRE);
    int is_waiting = is_ready(self.plan->listener);
    int rescued = 0;
    if (received != self.last_received) self.is_helping = 0;
    if (is_waiting && (self.was_waiting || self.is_helping) && received == self.last_received) {
        rescued += answer_waiting();
        self.is_helping = rescued > 0;
    }
    rescued += answer_received((uint64_t)amber_clock(CLOCK_MONOTONIC) - SLOT_PATIENCE_NS);
    if (rescued) __atomic_add_fetch(&shared->rescued, (uint32_t)rescued, __ATOMIC_ACQ_REL);
    self.was_waiting = is_waiting;
    self.last_received = received;
}

/* Moves one buffer; a stream that ended is closed, so that the program sees what it would have seen. */
static void relay(struct amber_relay *stream) {
    ssize_t count = read(stream->from, self.buffer, sizeof self.buffer);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    int is_over = count <= 0;
    for (ssize_t done = 0; done < count;) {
        ssize_t written = write(stream->to, self.buffer + done, (size_t)(count - done));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EAGAIN) {
            struct pollfd item = {stream->to, POLLOUT, 0};
            poll(&item, 1, 1000);
            continue;
        }
        if (written < 0) {
            is_over = 1;
            break;
        }
        done += written;
    }
    if (is_over) end_relay(stream);
}

static int relays_left(void) {
    int count = 0;
    for (int index = 0; index < self.plan->relay_count; index++) count += self.relays[index].from >= 0;
    return count;
}

static void serve_alone(void) {
    struct pollfd items[6];
    items[0] = (struct pollfd){self.is_listener_gone ? -1 : self.plan->listener, POLLIN, 0};
    for (int index = 0; index < self.plan->relay_count; index++) {
        items[index + 1] = (struct pollfd){self.relays[index].from, POLLIN, 0};
    }
    int count = poll(items, (nfds_t)self.plan->relay_count + 1, self.is_listener_gone ? 100 : -1);
    if (self.is_listener_gone && count == 0) _exit(0); /* what is left of the streams was carried over */
    if (items[0].revents & POLLIN) answer_waiting();
    else if (items[0].revents) self.is_listener_gone = 1;
    for (int index = 0; index < self.plan->relay_count; index++) {
        if (items[index + 1].revents) relay(&self.relays[index]);
    }
}

static void close_others(void) {
    /* Keeps the listener, the supervisor's pidfd, the signals and the relays; sorted by hand, there are few. */
    int keep[16];
    int count = 0;
    keep[count++] = self.plan->listener;
    keep[count++] = self.plan->supervisor;
    keep[count++] = self.signals;
    keep[count++] = self.plan->control;
    if (self.plan->terminal >= 0) keep[count++] = self.plan->terminal;
    for (int index = 0; index < self.plan->relay_count; index++) {
        if (self.relays[index].from < 0) continue;
        keep[count++] = self.relays[index].from;
        keep[count++] = self.relays[index].to;
    }
    int from = 0;
    for (;;) {
        int next = -1;
        for (int index = 0; index < count; index++) {
            if (keep[index] >= from && (next < 0 || keep[index] < next)) next = keep[index];
        }
        if (next < 0) break;
        if (next > from) syscall(SYS_close_range, from, next - 1, 0);
        from = next + 1;
    }
    syscall(SYS_close_range, from, ~0U, 0);
}

static void guard(const struct amber_guardian_plan *plan) {
    self.plan = plan;
    memcpy(self.relays, plan->relays, sizeof self.relays);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigdelset(&all, SIGCHLD);
    self.signals = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC);
    prctl(PR_SET_NAME, "amber-guardian", 0, 0, 0);
    if (chdir("/") < 0) _exit(1); /* keeps no file system busy */
    close_others();
    while (!self.is_alone) {
        struct pollfd items[4] = {
            {plan->supervisor, POLLIN, 0},
            {self.signals, POLLIN, 0},
            {plan->control, POLLIN, 0},
            {self.is_helping ? plan->listener : -1, POLLIN, 0},
        };
        int count = poll(items, 4, 1000);
        if (items[1].revents) count_signals();
        if (items[2].revents) close_ended_relays();
        if (count > 0 && items[0].revents) self.is_alone = 1;
        else if (count == 0 || items[3].revents) watch();
    }
    answer_received(0);
    if (!plan->shared->is_finished) restore_terminal();
    if (__atomic_load_n(&plan->shared->relays_released, __ATOMIC_ACQUIRE)) {
        for (int index = 0; index < plan->relay_count; index++) {
            if (self.relays[index].from >= 0) end_relay(&self.relays[index]);
        }
    }
    for (;;) {
        if (self.is_listener_gone && relays_left() == 0) break;
        serve_alone();
    }
    if (!plan->shared->is_finished) restore_terminal();
    _exit(0);
}

_Static_assert(sizeof(struct termios) <= sizeof(((struct amber_guardian_plan *)0)->termios), "fits the plan");

int amber_guardian_start(const struct amber_guardian_plan *plan) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    int saved = errno;
    if (pid == 0) guard(plan);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid < 0 ? -saved : (int)pid;
}
