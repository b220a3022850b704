/* Runs argv[1] short programs by vfork and exec; prints how many ended well. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
    int good = 0;
    for (int i = 0; i < atoi(argv[1]); i++) {
        pid_t pid = vfork();
        if (pid == 0) {
            execl("/bin/true", "true", (char *)0);
            _exit(127);
        }
        int status;
        if (waitpid(pid, &status, 0) == pid && status == 0) good++;
    }
    printf("%d\n", good);
    return 0;
}
