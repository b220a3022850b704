/* Opens argv[1] times: one file, or as many distinct ones below argv[2]. Prints microseconds per call. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
int main(int argc, char **argv) {
    int count = atoi(argv[1]);
    char name[4096];
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < count; i++) {
        if (argc > 2) snprintf(name, sizeof name, "%s/%d/%d", argv[2], i / 1000, i % 1000);
        int fd = open(argc > 2 ? name : "/etc/hostname", O_RDONLY);
        if (fd >= 0) close(fd);
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.2f\n", ((b.tv_sec - a.tv_sec) * 1e9 + b.tv_nsec - a.tv_nsec) / 1e3 / count);
    return 0;
}
