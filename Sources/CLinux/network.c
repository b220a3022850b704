#define _GNU_SOURCE
#include "amber_network.h"
#include "result.h"
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

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

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

int amber_network_cookie(int fd, uint64_t *cookie) {
    socklen_t size = sizeof *cookie;
    RESULT(getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size));
}

int64_t amber_get_time_option(int fd, int name) {
    struct timeval time;
    socklen_t size = sizeof time;
    if (getsockopt(fd, SOL_SOCKET, name, &time, &size) < 0) return 0;
    return (int64_t)time.tv_sec * 1000 + time.tv_usec / 1000;
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

#define MOST_DESCRIPTORS 253

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
};

ssize_t amber_receive_message(int fd, uint8_t *bytes, size_t size, int *descriptors, int *count) {
    union control control;
    struct iovec data = {bytes, size};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    *count = 0;
    ssize_t received = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        *count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(descriptors, CMSG_DATA(header), sizeof(int) * (size_t)*count);
    }
    return received;
}

ssize_t amber_send_message(int fd, const uint8_t *bytes, size_t size, const int *descriptors, int count) {
    union control control;
    struct iovec data = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (count > 0 && count <= MOST_DESCRIPTORS) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
        memcpy(CMSG_DATA(&control.header), descriptors, sizeof(int) * (size_t)count);
    }
    RESULT(sendmsg(fd, &message, MSG_NOSIGNAL));
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
