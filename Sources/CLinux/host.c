#define _GNU_SOURCE
#include "amber_host.h"
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

int amber_uname(struct amber_names *names) {
    struct utsname name;
    if (uname(&name) < 0) return -errno;
    _Static_assert(sizeof name.nodename <= sizeof names->node, "uname(2) names fit");
    memcpy(names->node, name.nodename, sizeof name.nodename);
    memcpy(names->release, name.release, sizeof name.release);
    memcpy(names->version, name.version, sizeof name.version);
    memcpy(names->machine, name.machine, sizeof name.machine);
    return 0;
}

int amber_processor_count(void) {
    unsigned long mask[65536 / (8 * sizeof(long))];
    long size = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    if (size < 0) return -errno;
    int count = 0;
    for (size_t word = 0; word < (size_t)size / sizeof(long); word++) count += __builtin_popcountl(mask[word]);
    return count;
}

int amber_memory_size(uint64_t *bytes) {
    struct sysinfo info;
    if (sysinfo(&info) < 0) return -errno;
    *bytes = (uint64_t)info.totalram * info.mem_unit;
    return 0;
}

/* Declared as in swift/Demangling/Demangle.h: the fourth argument is only used with a buffer of the caller's. */
extern char *swift_demangle(const char *mangled, size_t length, char *buffer, size_t *size, uint32_t flags);

char *amber_swift_demangle(const char *mangled, size_t length) {
    return swift_demangle(mangled, length, NULL, NULL, 0);
}
