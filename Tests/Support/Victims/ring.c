/* Asks for an io_uring and falls back where there is none. */
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    char parameters[256] = {0};
    long ring = syscall(SYS_io_uring_setup, 4, parameters);
    printf("%s\n", ring < 0 && errno == ENOSYS ? "no ring, falling back" : "a ring");
    return 3;
}
