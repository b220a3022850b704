#define _GNU_SOURCE
#include "amber_network.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

#define RESULT(call)                         \
    do {                                     \
        __auto_type amber_result = (call);   \
        return amber_result < 0 ? -errno : amber_result; \
    } while (0)

#define ADDRESS(bytes) ((const struct sockaddr *)(const void *)(bytes))

int amber_take_descriptor(int pidfd, int number) { RESULT((int)syscall(SYS_pidfd_getfd, pidfd, number, 0)); }
int amber_socket(int domain, int type, int protocol) { RESULT(socket(domain, type | SOCK_CLOEXEC, protocol)); }
int amber_bind(int fd, const uint8_t *address, uint32_t size) { RESULT(bind(fd, ADDRESS(address), size)); }
int amber_listen(int fd, int backlog) { RESULT(listen(fd, backlog)); }

int amber_accept(int fd, uint8_t *address, uint32_t *size, int is_nonblocking) {
    *size = 128;
    RESULT(accept4(fd, (struct sockaddr *)(void *)address, size, SOCK_CLOEXEC | (is_nonblocking ? SOCK_NONBLOCK : 0)));
}

int amber_connect(int fd, const uint8_t *address, uint32_t size) { RESULT(connect(fd, ADDRESS(address), size)); }

int amber_local_name(int fd, uint8_t *address, uint32_t *size) {
    *size = 128;
    RESULT(getsockname(fd, (struct sockaddr *)(void *)address, size));
}

int amber_peer_name(int fd, uint8_t *address, uint32_t *size) {
    *size = 128;
    RESULT(getpeername(fd, (struct sockaddr *)(void *)address, size));
}

int amber_get_option(int fd, int level, int name, int *value) {
    socklen_t size = sizeof *value;
    RESULT(getsockopt(fd, level, name, value, &size));
}

int amber_set_option(int fd, int level, int name, int value) {
    RESULT(setsockopt(fd, level, name, &value, sizeof value));
}

int amber_socket_cookie(int fd, uint64_t *cookie) {
    socklen_t size = sizeof *cookie;
    RESULT(getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, &size));
}

int amber_shutdown(int fd, int how) { RESULT(shutdown(fd, how)); }

int amber_reset_on_close(int fd) {
    struct linger linger = {1, 0};
    RESULT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

ssize_t amber_send(int fd, const uint8_t *bytes, size_t count, int flags) {
    RESULT(send(fd, bytes, count, flags | MSG_NOSIGNAL));
}

ssize_t amber_receive(int fd, uint8_t *bytes, size_t count, int flags) { RESULT(recv(fd, bytes, count, flags)); }

ssize_t amber_send_to(int fd, const uint8_t *bytes, size_t count, const uint8_t *address, uint32_t size) {
    RESULT(sendto(fd, bytes, count, MSG_NOSIGNAL, ADDRESS(address), size));
}

ssize_t amber_receive_from(int fd, uint8_t *bytes, size_t count, int flags, uint8_t *address, uint32_t *size) {
    *size = 128;
    RESULT(recvfrom(fd, bytes, count, flags, (struct sockaddr *)(void *)address, size));
}

ssize_t amber_write_memory(int pid, uint64_t address, const void *buffer, size_t count) {
    struct iovec local = {(void *)(uintptr_t)buffer, count};
    struct iovec remote = {(void *)(uintptr_t)address, count};
    RESULT(process_vm_writev(pid, &local, 1, &remote, 1, 0));
}

_Static_assert(sizeof(struct amber_event) == 16, "filled from struct epoll_event below");

int amber_epoll(void) { RESULT(epoll_create1(EPOLL_CLOEXEC)); }

int amber_epoll_control(int epoll, int operation, int number, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    RESULT(epoll_ctl(epoll, operation, number, &event));
}

int amber_epoll_wait(int epoll, struct amber_event *events, int count, int timeout_ms) {
    struct epoll_event raw[64];
    int ready = epoll_wait(epoll, raw, count < 64 ? count : 64, timeout_ms);
    if (ready < 0) return -errno;
    for (int index = 0; index < ready; index++) {
        events[index] = (struct amber_event){raw[index].events, 0, raw[index].data.u64};
    }
    return ready;
}
