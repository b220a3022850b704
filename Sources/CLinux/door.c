/*
 * The door into a sandbox's network: a child that has joined its namespaces and hands out sockets made there.
 * A process with threads cannot join a user namespace itself (setns(2)).
 */
#define _GNU_SOURCE
#include "amber_network.h"
#include "amber_process.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(sizeof(struct amber_socket_request) == 12, "sent as 12 bytes over a stream socket");

/* One RTM_NEWROUTE: `local default dev lo table local` (rtnetlink(7)). */
/* Sends a request to rtnetlink(7) and reads its acknowledgement. */
static int ask(int netlink, const void *request, size_t size) {
    if (send(netlink, request, size, 0) < 0) return -errno;
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[256];
    } answer;
    ssize_t count;
    do count = recv(netlink, &answer, sizeof answer, 0);
    while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    return answer.header.nlmsg_type == NLMSG_ERROR ? answer.error.error : 0;
}

static int add_local_route(int netlink, int family, int interface) {
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        struct rtattr attribute;
        int32_t interface;
    } request;
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = RTM_NEWROUTE;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
    request.route.rtm_family = (unsigned char)family;
    request.route.rtm_table = RT_TABLE_LOCAL;
    request.route.rtm_protocol = RTPROT_BOOT;
    request.route.rtm_scope = RT_SCOPE_HOST;
    request.route.rtm_type = RTN_LOCAL;
    request.attribute.rta_type = RTA_OIF;
    request.attribute.rta_len = RTA_LENGTH(sizeof request.interface);
    request.interface = interface;
    return ask(netlink, &request, sizeof request);
}

/* Gives the interface an address that is no loopback address: without one getaddrinfo(3) finds no name under
 * AI_ADDRCONFIG. From the blocks for documentation (RFC 5737, RFC 3849), which no peer has. */
static int add_own_address(int netlink, int family, int interface) {
    struct {
        struct nlmsghdr header;
        struct ifaddrmsg address;
        struct rtattr attribute;
        uint8_t bytes[16];
    } request;
    size_t size = family == AF_INET ? 4 : 16;
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = (uint32_t)(sizeof request - sizeof request.bytes + size);
    request.header.nlmsg_type = RTM_NEWADDR;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
    request.address.ifa_family = (unsigned char)family;
    request.address.ifa_prefixlen = (unsigned char)(size * 8);
    request.address.ifa_flags = IFA_F_NODAD;
    request.address.ifa_index = (uint32_t)interface;
    request.attribute.rta_type = IFA_LOCAL;
    request.attribute.rta_len = (unsigned short)RTA_LENGTH(size);
    if (inet_pton(family, family == AF_INET ? "192.0.2.1" : "2001:db8::1", request.bytes) != 1) return -EINVAL;
    return ask(netlink, &request, request.header.nlmsg_len);
}

int amber_localize_addresses(int is_version6) {
    int interface = (int)if_nametoindex("lo");
    if (interface == 0) return -errno;
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (netlink < 0) return -errno;
    int result = add_local_route(netlink, AF_INET, interface);
    /* A kernel without IPv6 has nothing to localize there. */
    int second = add_local_route(netlink, AF_INET6, interface);
    add_own_address(netlink, AF_INET, interface);
    if (is_version6) add_own_address(netlink, AF_INET6, interface);
    close(netlink);
    if (result == 0 && second < 0 && second != -EAFNOSUPPORT && second != -EOPNOTSUPP) result = second;
    return result;
}

/* Sends an answer: errno or 0, and with 0 the descriptor (SCM_RIGHTS, unix(7)). */
static int answer(int door, int32_t error, int fd) {
    struct iovec data = {&error, sizeof error};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    ssize_t count;
    do count = sendmsg(door, &message, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count == sizeof error ? 0 : -errno;
}

int amber_serve_sockets(int door) {
    for (;;) {
        struct amber_socket_request request;
        ssize_t count;
        do count = recv(door, &request, sizeof request, MSG_WAITALL);
        while (count < 0 && errno == EINTR);
        if (count != sizeof request) return 0;
        int fd = socket(request.domain, request.type | SOCK_CLOEXEC, request.protocol);
        int result = answer(door, fd < 0 ? errno : 0, fd);
        if (fd >= 0) close(fd);
        if (result < 0) return result;
    }
}

int amber_request_socket(int door, const struct amber_socket_request *request) {
    ssize_t count;
    do count = send(door, request, sizeof *request, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count != sizeof *request) return count < 0 ? -errno : -EPIPE;
    int32_t error = 0;
    struct iovec data = {&error, sizeof error};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    do count = recvmsg(door, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    if (count != sizeof error) return -ECANCELED;
    if (error) return -error;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int))) return -EPROTO;
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}
