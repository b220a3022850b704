/* Calls execve from a thread that is not the first. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static void *run(void *unused) {
    execl("/bin/sh", "sh", "-c", "cat /etc/hostname; echo exec from a thread; exit 7", (char *)0);
    return 0;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, run, 0);
    pause();
    return 1;
}
