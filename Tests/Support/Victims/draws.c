/* Draws random bytes in ordinary and in odd ways and says what came back, but for the bytes. Exits 3. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long draw(void *buffer, size_t count, unsigned flags) {
    errno = 0;
    return syscall(SYS_getrandom, buffer, count, flags);
}

static void say(const char *what, long result) { printf("%s: %ld, %s\n", what, result, strerror(errno)); }

int main(void) {
    static char big[100000];
    static const char constant[16] = "unchanged";
    struct stat status;
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    say("plain", draw(big, 32, 0));
    say("none", draw(big, 0, 0));
    say("non-blocking", draw(big, 16, 1));
    say("GRND_RANDOM", draw(big, 16, 2));
    say("GRND_INSECURE", draw(big, 16, 4));
    say("both", draw(big, 16, 6));
    say("unknown flag", draw(big, 16, 64));
    say("long", draw(big, sizeof big, 0));
    say("NULL", draw(NULL, 16, 0));
    say("constant", draw((void *)constant, sizeof constant, 0));
    printf("%s\n", constant);
    munmap(page + 4096, 4096);
    say("across the end", draw(page + 4090, 16, 0));
    mprotect(page, 4096, PROT_READ);
    say("read-only page", draw(page, 16, 0));
    int device = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    fstat(device, &status);
    printf("device %d %lx, close-on-exec %d\n", S_ISCHR(status.st_mode), (long)status.st_rdev,
           fcntl(device, F_GETFD));
    errno = 0;
    say("read", read(device, big, 16));
    say("long read", read(device, big, sizeof big));
    say("seek", lseek(device, 0, SEEK_SET));
    say("read NULL", read(device, NULL, 16));
    int copy = dup(device);
    errno = 0;
    say("copy", read(copy, big, 16));
    close(device);
    say("closed", read(device, big, 16));
    errno = 0;
    say("writing", write(open("/dev/random", O_WRONLY), "x", 1));
    return 3;
}
