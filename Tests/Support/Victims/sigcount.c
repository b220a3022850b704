#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <time.h>
/* Counts the signals it gets for argv[1] seconds and prints NUMBER=COUNT (100: ignored). Prints "ready" first. */
static volatile sig_atomic_t counts[65];
static void on(int number) { counts[number]++; }
int main(int argc, char **argv) {
    const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGUSR1, SIGUSR2, SIGWINCH, SIGALRM, SIGTTIN, SIGTTOU, SIGRTMIN};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action = {.sa_handler = on}, old;
        sigaction(numbers[i], NULL, &old);
        if (old.sa_handler != SIG_IGN) sigaction(numbers[i], &action, NULL);
        else counts[numbers[i]] = 100;
    }
    puts("ready"); fflush(stdout);
    struct timespec end; clock_gettime(CLOCK_MONOTONIC, &end);
    double until = end.tv_sec + end.tv_nsec / 1e9 + atof(argv[1]);
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &end);
        if (end.tv_sec + end.tv_nsec / 1e9 > until) break;
        usleep(20000);
    }
    for (int i = 1; i < 65; i++) if (counts[i]) printf("%d=%d\n", i, (int)counts[i]);
    return 0;
}
