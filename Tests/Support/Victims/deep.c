/* Recurses as deep as the file `depth` says: SIGSEGV where the stack is too small. */
#include <stdio.h>

static int descend(int left, int *above) {
    volatile int here[16] = {left};
    if (above) here[1] = above[0];
    return left == 0 ? here[0] : descend(left - 1, (int *)here) + here[1] - here[1];
}

int main(void) {
    int depth = 0;
    FILE *file = fopen("depth", "r");
    if (!file || fscanf(file, "%d", &depth) != 1) return 2;
    return descend(depth, NULL);
}
