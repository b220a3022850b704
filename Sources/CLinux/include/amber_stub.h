/* The code that replaces a vDSO's clocks in a replay; see clock_stub.S. */
#ifndef AMBER_STUB_H
#define AMBER_STUB_H

/* "rbma": the third argument of the stub's calls, by which the filter knows them. */
#define AMBER_STUB_MARK 0x616D6272

#ifndef __ASSEMBLER__
#include <stdint.h>

/* clock_gettime stands at the beginning; the offset is seconds and nanoseconds, 8 bytes each, nanoseconds 0...1e9-1. */
extern const uint8_t amber_stub_begin[];
extern const uint8_t amber_stub_gettimeofday[];
extern const uint8_t amber_stub_time[];
extern const uint8_t amber_stub_offset[];
extern const uint8_t amber_stub_end[];

/* Where the parts are, in bytes from the beginning; `time` is 0 where the architecture has no such call. */
struct amber_stub_layout {
    uint32_t gettimeofday;
    uint32_t time;
    uint32_t offset;
    uint32_t size;
};

/* Copies the stub where the buffer holds it, and tells its layout. */
static inline struct amber_stub_layout amber_stub_copy(uint8_t *_Nullable buffer, uint32_t capacity) {
    struct amber_stub_layout layout = {
        (uint32_t)(amber_stub_gettimeofday - amber_stub_begin), (uint32_t)(amber_stub_time - amber_stub_begin),
        (uint32_t)(amber_stub_offset - amber_stub_begin), (uint32_t)(amber_stub_end - amber_stub_begin)};
#ifndef __x86_64__
    layout.time = 0;
#endif
    for (uint32_t index = 0; buffer && index < layout.size && index < capacity; index++) {
        buffer[index] = amber_stub_begin[index];
    }
    return layout;
}
#endif
#endif
