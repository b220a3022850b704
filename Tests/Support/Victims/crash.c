/* Reads the third line of a list without asking whether there is one: SIGSEGV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *lines[4];

static size_t length_of(int index) { return strlen(lines[index]); }

int main(int argc, char **argv) {
    FILE *file = fopen(argc > 1 ? argv[1] : "list", "r");
    char line[256];
    if (!file) return 2;
    for (int count = 0; count < 4 && fgets(line, sizeof line, file); count++) lines[count] = strdup(line);
    return length_of(2) > 0 ? 0 : 3;
}
