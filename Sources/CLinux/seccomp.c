#define _GNU_SOURCE
#include "amber_seccomp.h"
#include <errno.h>
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
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &slot->call) < 0 ? -errno : 0;
}

int amber_listener_answer(int listener, struct amber_slot *slot, int error) {
    struct seccomp_notif_resp answer = {.id = slot->call.id};
    if (error == 0) answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    else answer.error = -error;
    int result = ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 ? -errno : 0;
    __atomic_store_n(&slot->received_at, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&slot->call.id, 0, __ATOMIC_RELEASE);
    return result;
}

int amber_listener_is_valid(int listener, uint64_t id) {
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) < 0 ? -errno : 0;
}
