#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* Opens, writes and renames files all the time; says one line a round on both streams. */
int main(int argc, char **argv) {
    int rounds = atoi(argv[1]);
    char line[64];
    for (int i = 0; i < rounds; i++) {
        int fd = open("a", O_CREAT | O_WRONLY | O_TRUNC, 0644);
        if (fd < 0) { perror("open"); return 9; }
        int n = snprintf(line, sizeof line, "line %d\n", i);
        if (write(fd, line, n) != n) return 8;
        close(fd);
        if (rename("a", "b") < 0) { perror("rename"); return 7; }
        fd = open("b", O_RDONLY);
        char back[64];
        if (read(fd, back, sizeof back) != n) return 6;
        close(fd);
        if (write(1, line, n) != n) return 5;
        if (write(2, line, n) != n) return 4;
    }
    return 3;
}
