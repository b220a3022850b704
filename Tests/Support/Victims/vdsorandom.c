/* Draws random bytes as newer C libraries do: from the vDSO, which asks the kernel for a key only. Exits 3; 4 where the
 * kernel's vDSO has no getrandom (before Linux 6.11). */
#define _GNU_SOURCE
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

struct parameters {
    uint32_t size, protection, flags, reserved[13];
};
typedef long draw(void *buffer, size_t count, unsigned flags, void *state, size_t size);

static draw *find(const char *base) {
    const Elf64_Ehdr *header = (const void *)base;
    const Elf64_Shdr *sections = (const void *)(base + header->e_shoff);
    for (int index = 0; index < header->e_shnum; index++) {
        if (sections[index].sh_type != SHT_DYNSYM) continue;
        const Elf64_Sym *symbols = (const void *)(base + sections[index].sh_offset);
        const char *names = base + sections[sections[index].sh_link].sh_offset;
        for (size_t symbol = 0; symbol < sections[index].sh_size / sizeof *symbols; symbol++) {
            const char *name = names + symbols[symbol].st_name;
            if (strcmp(name, "__vdso_getrandom") && strcmp(name, "__kernel_getrandom")) continue;
            return (draw *)(base + symbols[symbol].st_value);
        }
    }
    return NULL;
}

int main(void) {
    struct parameters wanted;
    unsigned char bytes[16];
    draw *getrandom = find((const char *)getauxval(AT_SYSINFO_EHDR));
    if (!getrandom) return 4;
    memset(&wanted, 0, sizeof wanted);
    if (getrandom(NULL, 0, 0, &wanted, ~0UL) != 0) return 4;
    void *state = mmap(NULL, 4096, (int)wanted.protection, (int)wanted.flags, -1, 0);
    for (int count = 0; count < 20; count++) {
        printf("%ld ", getrandom(bytes, sizeof bytes, 0, state, wanted.size));
        for (size_t index = 0; index < sizeof bytes; index++) printf("%02x", bytes[index]);
        printf("\n");
    }
    return 3;
}
