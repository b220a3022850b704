/* Carries relayed connections on when the relay's own process ends and a daemon of the run still uses them. */
#define _GNU_SOURCE
#include "amber_network.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_PAIRS 512

#define DATAGRAM_IDLE_MS 300000

static int sources[2 * MOST_PAIRS]; /* the pump's own copy; -1: this direction has ended */

static int destination(const int *pairs, int index) { return pairs[index ^ 1]; }

/* Everything or nothing: a slow reader holds the others up, which nobody has promised otherwise at this point. */
static int send_all(int fd, const char *bytes, ssize_t count) {
    for (ssize_t done = 0; done < count;) {
        ssize_t sent = send(fd, bytes + done, (size_t)(count - done), MSG_NOSIGNAL);
        if (sent >= 0) {
            done += sent;
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return -1;
        struct pollfd item = {fd, POLLOUT, 0};
        poll(&item, 1, -1);
    }
    return 0;
}

static int is_stream(int fd) {
    int type = SOCK_STREAM;
    socklen_t size = sizeof type;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    return type == SOCK_STREAM;
}

static void copy(const int *pairs, int index) {
    static char buffer[65536];
    ssize_t count = recv(sources[index], buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (!is_stream(sources[index])) {
        if (count >= 0) send(destination(pairs, index), buffer, (size_t)count, MSG_NOSIGNAL | MSG_DONTWAIT);
        return;
    }
    if (count > 0 && send_all(destination(pairs, index), buffer, count) == 0) return;
    if (count < 0) {
        struct linger linger = {1, 0};
        setsockopt(destination(pairs, index), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        sources[index ^ 1] = -1;
    }
    shutdown(destination(pairs, index), SHUT_WR);
    sources[index] = -1;
}

static void keep(const int *pairs, int count) {
    int from = 0;
    for (;;) {
        int next = -1;
        for (int index = 0; index < count; index++) {
            if (pairs[index] >= from && (next < 0 || pairs[index] < next)) next = pairs[index];
        }
        if (next < 0) break;
        if (next > from) syscall(SYS_close_range, from, next - 1, 0);
        from = next + 1;
    }
    syscall(SYS_close_range, from, ~0U, 0);
}

void amber_pump(const int *pairs, int pair_count) {
    static struct pollfd items[2 * MOST_PAIRS];
    static int numbers[2 * MOST_PAIRS];
    int count = 2 * (pair_count < MOST_PAIRS ? pair_count : MOST_PAIRS);
    memcpy(numbers, pairs, sizeof(int) * (size_t)count);
    memcpy(sources, pairs, sizeof(int) * (size_t)count);
    prctl(PR_SET_NAME, "amber-pump", 0, 0, 0);
    setsid();
    keep(numbers, count);
    for (;;) {
        int live = 0;
        int datagrams = 0;
        for (int index = 0; index < count; index++) {
            items[index] = (struct pollfd){sources[index], POLLIN, 0};
            if (sources[index] >= 0) live += is_stream(sources[index]), datagrams += !is_stream(sources[index]);
            /* Both directions are over: the sockets can go, and whoever waits for their end sees it. */
            if (index % 2 && sources[index] < 0 && sources[index - 1] < 0 && numbers[index] >= 0) {
                close(numbers[index]);
                close(numbers[index - 1]);
                numbers[index] = numbers[index - 1] = -1;
            }
        }
        if (live == 0 && datagrams == 0) return;
        /* Datagrams have no end: who has not sent one for a while has closed his socket, or opens another. */
        int ready = poll(items, (nfds_t)count, live ? -1 : DATAGRAM_IDLE_MS);
        if (ready == 0) return;
        if (ready < 0) continue;
        for (int index = 0; index < count; index++) {
            if (items[index].revents && sources[index] >= 0) copy(numbers, index);
        }
    }
}
