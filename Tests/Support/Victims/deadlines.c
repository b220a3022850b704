/* Waits until instants of CLOCK_REALTIME in every way; each must take as long as it says. Exits 3; 9 where one did not. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int failures;
static volatile sig_atomic_t fired;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int flag;

static double elapsed(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static struct timespec after(clockid_t clock, double seconds) {
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += (long)(seconds * 1e9);
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static void check(const char *what, int is_right) {
    printf("%s %s\n", what, is_right ? "ok" : "wrong");
    failures += !is_right;
}

/* Never too early; late only where a deadline was misread by far: the machine may be slow. */
static void took(const char *what, double since, double seconds) {
    double time = elapsed() - since;
    check(what, time > seconds - 0.02 && time < seconds + 20);
}

static void on_alarm(int number) { (void)number; fired = 1; }

static void *wake(void *unused) {
    usleep(100000);
    pthread_mutex_lock(&mutex);
    flag = 1;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void clocks(void) {
    struct timespec first, second;
    struct timeval day, raw_day;
    time_t seconds = time(NULL);
    clock_gettime(CLOCK_REALTIME, &first);
    gettimeofday(&day, NULL);
    check("time", first.tv_sec - seconds <= 1 && first.tv_sec >= seconds);
    check("gettimeofday", day.tv_sec - first.tv_sec <= 1 && day.tv_sec >= first.tv_sec);
    clock_gettime(CLOCK_REALTIME_COARSE, &second);
    check("coarse", second.tv_sec - first.tv_sec <= 1 && second.tv_sec >= first.tv_sec - 1);
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &second);
    check("raw clock_gettime", second.tv_sec - first.tv_sec <= 1 && second.tv_sec >= first.tv_sec);
    syscall(SYS_gettimeofday, &raw_day, NULL);
    check("raw gettimeofday", raw_day.tv_sec - first.tv_sec <= 1 && raw_day.tv_sec >= first.tv_sec);
}

static void conditions(void) {
    pthread_t thread;
    struct timespec until = after(CLOCK_REALTIME, 0.2);
    struct timespec kept = until;
    int result = 0;
    pthread_mutex_lock(&mutex);
    double start = elapsed();
    while (result == 0) result = pthread_cond_timedwait(&condition, &mutex, &until);
    took("pthread_cond_timedwait", start, 0.2);
    check("ETIMEDOUT", result == ETIMEDOUT);
    usleep(20000);
    check("deadline untouched", memcmp(&kept, &until, sizeof kept) == 0);
    until = after(CLOCK_REALTIME, 0.2);
    start = elapsed();
    do result = pthread_cond_clockwait(&condition, &mutex, CLOCK_REALTIME, &until);
    while (result == 0);
    took("pthread_cond_clockwait", start, 0.2);
    until = after(CLOCK_REALTIME, 60);
    start = elapsed();
    pthread_create(&thread, NULL, wake, NULL);
    result = 0;
    while (!flag && result == 0) result = pthread_cond_timedwait(&condition, &mutex, &until);
    took("woken", start, 0.1);
    check("woken by its condition", result == 0 && flag);
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
}

static void timers(void) {
    uint64_t count = 0;
    struct itimerspec when = {{0, 0}, after(CLOCK_REALTIME, 0.2)};
    int timer = timerfd_create(CLOCK_REALTIME, 0);
    double start = elapsed();
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    check("timerfd read", read(timer, &count, sizeof count) == sizeof count);
    took("timerfd", start, 0.2);
    timer = timerfd_create(CLOCK_MONOTONIC, 0);
    when.it_value = after(CLOCK_MONOTONIC, 0.1);
    start = elapsed();
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    check("monotonic timerfd read", read(timer, &count, sizeof count) == sizeof count);
    took("monotonic timerfd", start, 0.1);
    timer_t alarm_timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    sigset_t alarm_signal, before;
    sigemptyset(&alarm_signal);
    sigaddset(&alarm_signal, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm_signal, &before);
    signal(SIGALRM, on_alarm);
    timer_create(CLOCK_REALTIME, &event, &alarm_timer);
    when.it_value = after(CLOCK_REALTIME, 0.2);
    start = elapsed();
    timer_settime(alarm_timer, TIMER_ABSTIME, &when, NULL);
    while (!fired) sigsuspend(&before);
    took("timer", start, 0.2);
}

int main(void) {
    clocks();
    conditions();
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    struct timespec until = after(CLOCK_REALTIME, 0.15);
    double start = elapsed();
    check("sem_timedwait", sem_timedwait(&semaphore, &until) < 0 && errno == ETIMEDOUT);
    took("sem_timedwait", start, 0.15);
    until = after(CLOCK_REALTIME, 0.2);
    start = elapsed();
    check("clock_nanosleep", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL) == 0);
    took("clock_nanosleep", start, 0.2);
    until = after(CLOCK_MONOTONIC, 0.1);
    start = elapsed();
    check("monotonic sleep", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
    took("monotonic sleep", start, 0.1);
    timers();
    return failures ? 9 : 3;
}
