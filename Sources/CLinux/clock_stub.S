/*
 * What stands in place of a vDSO's clocks in a replay: the real call, and an offset added. Data to us, code to the
 * program that it is written into; position-independent, leaf functions, no stack but the red zone (x86-64 psABI 3.2.2).
 *
 * The third argument of the calls is a mark that the replay's filter lets through; the kernel takes two. The offset is
 * added to what follows CLOCK_REALTIME: 0, 5 (COARSE), 8 (ALARM), 11 (TAI), the bits of 0x921.
 *
 * The arm64 half is written after the same plan and assembles; it has not run on a machine yet.
 */
#include "amber_stub.h"

    .section .note.GNU-stack, "", %progbits
    .section .rodata
    .balign 16
    .globl amber_stub_begin, amber_stub_gettimeofday, amber_stub_time, amber_stub_offset, amber_stub_end

#if defined(__x86_64__)
amber_stub_begin:               /* clock_gettime(%edi: clock, %rsi: timespec) */
    mov $228, %eax
    mov $AMBER_STUB_MARK, %edx
    syscall
    test %eax, %eax
    jnz 9f
    cmp $11, %edi
    ja 9f
    mov $0x921, %ecx
    bt %edi, %ecx
    jnc 9f
    mov (%rsi), %rcx
    mov 8(%rsi), %rdx
    add offset(%rip), %rcx
    add offset + 8(%rip), %rdx
    cmp $1000000000, %rdx
    jl 1f
    sub $1000000000, %rdx
    inc %rcx
1:  mov %rcx, (%rsi)
    mov %rdx, 8(%rsi)
9:  ret

amber_stub_gettimeofday:        /* (%rdi: timeval or NULL, %rsi: timezone or NULL) */
    test %rdi, %rdi
    jz 2f
    mov %rdi, %r8
    mov %rsi, %r9
    xor %edi, %edi
    lea -24(%rsp), %rsi
    mov $228, %eax
    mov $AMBER_STUB_MARK, %edx
    syscall
    mov -24(%rsp), %rcx
    mov -16(%rsp), %rax
    add offset(%rip), %rcx
    add offset + 8(%rip), %rax
    cmp $1000000000, %rax
    jl 1f
    sub $1000000000, %rax
    inc %rcx
1:  mov %rcx, (%r8)
    xor %edx, %edx
    mov $1000, %ecx
    div %rcx
    mov %rax, 8(%r8)
    mov %r9, %rsi
2:  xor %eax, %eax
    test %rsi, %rsi
    jz 3f
    xor %edi, %edi
    mov $96, %eax
    mov $AMBER_STUB_MARK, %edx
    syscall
3:  ret

amber_stub_time:                /* (%rdi: time_t or NULL) */
    mov %rdi, %r8
    xor %edi, %edi
    lea -24(%rsp), %rsi
    mov $228, %eax
    mov $AMBER_STUB_MARK, %edx
    syscall
    mov -24(%rsp), %rax
    mov -16(%rsp), %rcx
    add offset(%rip), %rax
    add offset + 8(%rip), %rcx
    cmp $1000000000, %rcx
    jl 1f
    inc %rax
1:  test %r8, %r8
    jz 2f
    mov %rax, (%r8)
2:  ret

#elif defined(__aarch64__)
amber_stub_begin:               /* clock_gettime(w0: clock, x1: timespec) */
    mov w9, w0
    mov x8, #113
    movz x2, #(AMBER_STUB_MARK & 0xFFFF)
    movk x2, #(AMBER_STUB_MARK >> 16), lsl #16
    svc #0
    cbnz x0, 9f
    cmp w9, #11
    b.hi 9f
    mov w10, #0x921
    lsr w10, w10, w9
    tbz w10, #0, 9f
    ldp x3, x4, [x1]
    adr x5, offset
    ldp x6, x7, [x5]
    add x3, x3, x6
    add x4, x4, x7
    movz x10, #0xCA00
    movk x10, #0x3B9A, lsl #16
    cmp x4, x10
    b.lt 1f
    sub x4, x4, x10
    add x3, x3, #1
1:  stp x3, x4, [x1]
9:  ret

amber_stub_gettimeofday:        /* (x0: timeval or NULL, x1: timezone or NULL) */
    mov x11, x0
    mov x12, x1
    cbz x11, 2f
    sub sp, sp, #16
    mov x0, #0
    mov x1, sp
    mov x8, #113
    movz x2, #(AMBER_STUB_MARK & 0xFFFF)
    movk x2, #(AMBER_STUB_MARK >> 16), lsl #16
    svc #0
    ldp x3, x4, [sp]
    add sp, sp, #16
    adr x5, offset
    ldp x6, x7, [x5]
    add x3, x3, x6
    add x4, x4, x7
    movz x10, #0xCA00
    movk x10, #0x3B9A, lsl #16
    cmp x4, x10
    b.lt 1f
    sub x4, x4, x10
    add x3, x3, #1
1:  mov x10, #1000
    udiv x4, x4, x10
    stp x3, x4, [x11]
2:  mov x0, #0
    cbz x12, 3f
    mov x1, x12
    mov x8, #169
    movz x2, #(AMBER_STUB_MARK & 0xFFFF)
    movk x2, #(AMBER_STUB_MARK >> 16), lsl #16
    svc #0
3:  ret

amber_stub_time:                /* arm64 has no time(2) */
#else
#error "no clock stub for this architecture"
#endif
    .balign 8
amber_stub_offset:
offset:
    .quad 0
    .quad 0
amber_stub_end:
