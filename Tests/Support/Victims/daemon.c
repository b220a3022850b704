/* Daemonises; argv[1] seconds later the daemon writes, renames and reads files. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv) {
    if (fork()) return 0;
    setsid();
    if (fork()) _exit(0);
    for (int fd = 0; fd < 3; fd++) { close(fd); open("/dev/null", O_RDWR); }
    usleep((useconds_t)(atof(argv[1]) * 1e6));
    int fd = open("late", O_CREAT | O_WRONLY, 0644);
    if (write(fd, "late\n", 5) != 5) return 1;
    close(fd);
    if (rename("late", "late.renamed") < 0) return 2;
    execl("/bin/sh", "sh", "-c", "cat late.renamed > late.copy.part; mv late.copy.part late.copy", (char *)0);
    return 3;
}
