/* Asserts that a balance is not negative: SIGABRT. */
#include <assert.h>
#include <stdlib.h>

int main(void) {
    int balance = atoi(getenv("BALANCE"));
    assert(balance >= 0);
    return 0;
}
