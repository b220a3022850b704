#define _GNU_SOURCE
#include "amber_seccomp.h"
#include "amber_world.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
#define AMBER_FD_SYNC_WAKE_UP 1UL

_Static_assert(sizeof(struct seccomp_notif) == 80, "seccomp_unotify(2)");
_Static_assert(sizeof(struct seccomp_notif_resp) == 24, "seccomp_unotify(2)");

struct amber_shared *amber_shared_create(void) {
    void *memory = mmap(NULL, sizeof(struct amber_shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void amber_mark_relay_ended(struct amber_shared *shared, uint32_t index) {
    __atomic_or_fetch(&shared->closed_relays, 1U << index, __ATOMIC_ACQ_REL);
}

void amber_shared_destroy(struct amber_shared *shared) { munmap(shared, sizeof *shared); }

int amber_listener_sync_wake(int listener) {
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, AMBER_FD_SYNC_WAKE_UP) < 0 ? -errno : 0;
}

int amber_listener_wait(int listener, int stop) {
    struct pollfd items[2] = {{listener, POLLIN, 0}, {stop, POLLIN, 0}};
    int count;
    do count = poll(items, 2, -1);
    while (count < 0 && errno == EINTR);
    return count > 0 && items[0].revents & POLLIN && !items[1].revents;
}

int amber_listener_receive(int listener, struct amber_slot *slot) {
    memset(&slot->call, 0, sizeof slot->call); /* the kernel refuses anything else with EINVAL */
    /* Before the call is ours: who is stopped or killed right after it must not leave a call that looks unreceived. */
    __atomic_store_n(&slot->received_at, (uint64_t)amber_clock(CLOCK_MONOTONIC), __ATOMIC_RELEASE);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &slot->call) == 0) return 0;
    int error = errno;
    __atomic_store_n(&slot->received_at, 0, __ATOMIC_RELEASE);
    return -error;
}

/* QUIRK: SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (Linux 6.6) runs whoever is woken on the waker's processor, both ways. A
 * call should wake the listener where the caller has just gone to sleep; an answer that does the same draws every
 * caller to the listener's processor, and the others stand idle (make -j2 took 2.1 times as long, and takes 1.6 times).
 * So it is off while an answer is sent. Where the kernel does not know the flag both calls fail and nothing is lost. */
static int send_answer(int listener, struct seccomp_notif_resp *answer) {
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, 0);
    int result = ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, answer) < 0 ? -errno : 0;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, AMBER_FD_SYNC_WAKE_UP);
    return result;
}

int amber_listener_answer(int listener, struct amber_slot *slot, int error) {
    struct seccomp_notif_resp answer = {.id = slot->call.id};
    if (error == 0) answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    else answer.error = -error;
    int result = send_answer(listener, &answer);
    __atomic_store_n(&slot->received_at, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&slot->call.id, 0, __ATOMIC_RELEASE);
    return result;
}

int amber_listener_return(int listener, struct amber_slot *slot, int64_t value) {
    struct seccomp_notif_resp answer = {.id = slot->call.id, .val = value};
    int result = send_answer(listener, &answer);
    __atomic_store_n(&slot->received_at, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&slot->call.id, 0, __ATOMIC_RELEASE);
    return result;
}

void amber_slot_refresh(struct amber_slot *slot) {
    __atomic_store_n(&slot->received_at, (uint64_t)amber_clock(CLOCK_MONOTONIC), __ATOMIC_RELEASE);
}

int amber_listener_add_descriptor(int listener, uint64_t id, int fd, int as, int is_close_on_exec) {
    struct seccomp_notif_addfd request = {
        .id = id, .srcfd = (uint32_t)fd, .newfd = (uint32_t)as, .flags = SECCOMP_ADDFD_FLAG_SETFD,
        .newfd_flags = is_close_on_exec ? O_CLOEXEC : 0};
    int number = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &request);
    return number < 0 ? -errno : number;
}

int amber_listener_is_valid(int listener, uint64_t id) {
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) < 0 ? -errno : 0;
}
