/* Closes every descriptor, works on, and ends with 5 if all went well. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    closefrom(0);
    int fd = open("closed", O_CREAT | O_RDWR, 0644);
    if (fd != 0 || write(fd, "hello\n", 6) != 6) return 1;
    if (open("/etc/hostname", O_RDONLY) != 1) return 2;
    if (rename("closed", "renamed") < 0) return 3;
    return 5;
}
