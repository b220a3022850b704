/* 200 threads open, write and read files at once; prints how many calls failed. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static int failures;
static void *run(void *argument) {
    char name[64];
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "file-%ld-%d", (long)argument, i % 5);
        int fd = open(name, O_CREAT | O_RDWR, 0644);
        if (fd < 0 || write(fd, "x", 1) != 1) __atomic_add_fetch(&failures, 1, __ATOMIC_SEQ_CST);
        close(fd);
        fd = open("/etc/hostname", O_RDONLY);
        if (fd < 0) __atomic_add_fetch(&failures, 1, __ATOMIC_SEQ_CST);
        close(fd);
    }
    return 0;
}
int main(void) {
    pthread_t threads[200];
    for (long i = 0; i < 200; i++) pthread_create(&threads[i], 0, run, (void *)i);
    for (int i = 0; i < 200; i++) pthread_join(threads[i], 0);
    printf("%d failures\n", failures);
    return 0;
}
