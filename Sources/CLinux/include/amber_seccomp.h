/* The seccomp user-notification listener (seccomp_unotify(2)) and the memory it shares with the guardian. */
#ifndef AMBER_SECCOMP_H
#define AMBER_SECCOMP_H
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/types.h>

#define AMBER_SLOTS 256

/* A call that was received; the kernel writes its id here, so that the guardian can see it whatever happens to us. */
struct amber_slot {
    struct seccomp_notif call;
    uint64_t received_at; /* CLOCK_MONOTONIC, ns; 0: not handed to anybody */
};

/* Shared by supervisor and guardian; zeroed by mmap. */
struct amber_shared {
    uint32_t received;          /* calls that the supervisor received */
    uint32_t rescued;           /* calls that the guardian answered while the supervisor lived */
    uint32_t is_finished;       /* the supervisor left in order: the guardian keeps the terminal as it is */
    uint32_t relays_released;   /* the guardian need not carry the relays on */
    uint32_t closed_relays;     /* bit n: relay n has ended, the guardian lets go of it */
    uint32_t canary[65];        /* signals that reached the guardian, by number */
    struct amber_slot slots[AMBER_SLOTS];
};

/* A stream that the guardian carries on when the supervisor dies. */
struct amber_relay {
    int32_t from;
    int32_t to;
};

struct amber_shared *_Nullable amber_shared_create(void);
void amber_mark_relay_ended(struct amber_shared *_Nonnull shared, uint32_t index);
void amber_shared_destroy(struct amber_shared *_Nonnull shared);

/* SECCOMP_IOCTL_NOTIF_SET_FLAGS, Linux 6.6: wakes the other side on the same CPU. 0 or -errno. */
int amber_listener_sync_wake(int listener);
/* Waits for a call: 1, or 0 when `stop` is readable or the last process behind the filter is gone. */
int amber_listener_wait(int listener, int stop);
/* SECCOMP_IOCTL_NOTIF_RECV into a slot; 0, or -ENOENT where the caller died meanwhile. */
int amber_listener_receive(int listener, struct amber_slot *_Nonnull slot);
/* Answers and frees the slot: `error` 0 lets the call go on (FLAG_CONTINUE); else it returns -error. */
int amber_listener_answer(int listener, struct amber_slot *_Nonnull slot, int error);
/* Answers and frees the slot: the call is not carried out and returns `value`. */
int amber_listener_return(int listener, struct amber_slot *_Nonnull slot, int64_t value);
/* Tells the guardian that a call is held on purpose, and by somebody who lives. */
void amber_slot_refresh(struct amber_slot *_Nonnull slot);
/* SECCOMP_IOCTL_NOTIF_ADDFD, Linux 5.9: gives the caller our descriptor `fd` under the number `as`, which is replaced
 * where it is in use. The call still waits. Returns the number or -errno. */
int amber_listener_add_descriptor(int listener, uint64_t id, int fd, int as, int is_close_on_exec);
/* SECCOMP_IOCTL_NOTIF_ID_VALID: 0 while the caller still waits. */
int amber_listener_is_valid(int listener, uint64_t id);

/* What the guardian is told; `terminal` is -1 or a terminal to restore to `termios` bytes. */
struct amber_guardian_plan {
    struct amber_shared *_Nullable shared; /* never NULL; nullable so that the plan can be zeroed */
    int32_t listener;
    int32_t supervisor; /* pidfd */
    int32_t control;    /* eventfd: look at closed_relays */
    int32_t relay_count;
    struct amber_relay relays[4];
    int32_t terminal;
    uint8_t termios[64];
};

/* Forks the guardian. Returns its pid or -errno. */
int amber_guardian_start(const struct amber_guardian_plan *_Nonnull plan);
#endif
