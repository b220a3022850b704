#ifndef AMBER_RESULT_H
#define AMBER_RESULT_H

#include <errno.h>

/* Returns from a shim function with a call's result, or with -errno before anything can overwrite it. */
#define RESULT(call)                         \
    do {                                     \
        __auto_type amber_result = (call);   \
        return amber_result < 0 ? -errno : amber_result; \
    } while (0)

#endif
