/* Facts about the machine. Each returns the result, >= 0, or -errno; none prints, allocates or keeps state. */
#ifndef AMBER_HOST_H
#define AMBER_HOST_H
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/* The fields of uname(2), each ended by NUL. */
struct amber_names {
    char node[65];
    char release[65];
    char version[65];
    char machine[65];
};

/* uname(2). */
int amber_uname(struct amber_names *names);
/* sched_getaffinity(2) of the caller: how many processors it may use; up to 65,536 are counted. */
int amber_processor_count(void);
/* sysinfo(2): all of the memory, in bytes. */
int amber_memory_size(uint64_t *bytes);
/* The Swift runtime's demangler (libswiftCore, which every executable of ours has): a name for people, which the
   caller frees; NULL for what is no mangled Swift name. */
char *_Nullable amber_swift_demangle(const char *mangled, size_t length);
#pragma clang assume_nonnull end
#endif
