/* Sockets: those of a sandbox's network namespace, those borrowed from a caller. Each returns >= 0 or -errno. */
#ifndef AMBER_NETWORK_H
#define AMBER_NETWORK_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/* What a door is asked for: the arguments of socket(2). */
struct amber_socket_request {
    int32_t domain;
    int32_t type;
    int32_t protocol;
};

/* Makes every IPv4 and IPv6 address local to the namespace's loopback interface (ip-route(8), type local); needs
 * CAP_NET_ADMIN in the namespace. Safe after fork. */
int amber_localize_addresses(int is_version6);
/* Serves requests for sockets on `door` until its other side is closed. Safe after fork. */
int amber_serve_sockets(int door);
/* Asks a door for a socket; it is close-on-exec. */
int amber_request_socket(int door, const struct amber_socket_request *request);

/* pidfd_getfd(2), Linux 5.6: a duplicate of another process's descriptor, close-on-exec; EPERM without ptrace rights. */
int amber_take_descriptor(int pidfd, int number);
int amber_socket(int domain, int type, int protocol);
int amber_bind(int socket, const uint8_t *address, uint32_t size);
int amber_listen(int socket, int backlog);
/* accept4(2), close-on-exec; `address` holds 128 bytes, `size` is how many of them are used. */
int amber_accept(int socket, uint8_t *address, uint32_t *size, int is_nonblocking);
/* connect(2); never retried: EINTR and EINPROGRESS mean that it goes on. */
int amber_connect(int socket, const uint8_t *address, uint32_t size);
int amber_local_name(int socket, uint8_t *address, uint32_t *size);
int amber_peer_name(int socket, uint8_t *address, uint32_t *size);
int amber_get_option(int socket, int level, int name, int *value);
int amber_set_option(int socket, int level, int name, int value);
/* SO_COOKIE, Linux 4.6: a number that no other socket of this boot has. */
int amber_socket_cookie(int socket, uint64_t *cookie);
/* SO_NETNS_COOKIE, Linux 5.14: tells network namespaces apart. */
int amber_network_cookie(int socket, uint64_t *cookie);
/* A timeval option in milliseconds; 0 where there is none. */
int64_t amber_get_time_option(int socket, int name);
int amber_shutdown(int socket, int how);
/* Closes with a reset instead of an end (SO_LINGER with time 0); the descriptor stays open. */
int amber_reset_on_close(int socket);
/* Never SIGPIPE. */
ssize_t amber_send(int socket, const uint8_t *bytes, size_t count, int flags);
ssize_t amber_receive(int socket, uint8_t *bytes, size_t count, int flags);
ssize_t amber_send_to(int socket, const uint8_t *bytes, size_t count, const uint8_t *address, uint32_t size);
ssize_t amber_receive_from(
    int socket, uint8_t *bytes, size_t count, int flags, uint8_t *address, uint32_t *size);
/* recvmsg(2) and sendmsg(2) of a stream with the descriptors that travel with it (SCM_RIGHTS, unix(7)); received ones
 * are close-on-exec, at most 253 (SCM_MAX_FD). `count` is how many there are. */
ssize_t amber_receive_message(int socket, uint8_t *bytes, size_t size, int *descriptors, int *count);
ssize_t amber_send_message(int socket, const uint8_t *bytes, size_t size, const int *descriptors, int count);
ssize_t amber_write_memory(int pid, uint64_t address, const void *buffer, size_t count);

struct amber_event {
    uint32_t events; /* EPOLLIN 1, EPOLLPRI 2, EPOLLOUT 4, EPOLLERR 8, EPOLLHUP 16, EPOLLRDHUP 0x2000 */
    uint32_t unused;
    uint64_t token;
};
int amber_epoll(void);
/* epoll_ctl(2): operation 1 adds, 2 removes, 3 changes. */
int amber_epoll_control(int epoll, int operation, int number, uint32_t events, uint64_t token);
int amber_epoll_wait(int epoll, struct amber_event *events, int count, int timeout_ms);

/* Copies between pairs of sockets, both ways, until all have ended: for connections whose relay must go. Closes every
 * other descriptor. Safe after fork. */
void amber_pump(const int *pairs, int count);

#pragma clang assume_nonnull end
#endif
