#include <assert.h>
static void check(int n){ assert(n > 3); }
int main(int c, char**v){ check(c); }
