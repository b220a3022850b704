/* Mounts a FUSE file system on argv[1] that never answers, for argv[2] seconds. Says "mounted". */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>
int main(int argc, char **argv) {
    int fd = open("/dev/fuse", O_RDWR);
    char options[128];
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
    if (fd < 0 || mount("hung", argv[1], "fuse.hung", 0, options) < 0) {
        perror("mount");
        return 1;
    }
    puts("mounted");
    fflush(stdout);
    sleep(atoi(argv[2]));
    return 0;
}
