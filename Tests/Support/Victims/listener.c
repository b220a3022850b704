/* Installs a plain seccomp filter, then one with a listener of its own; prints both results. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv) {
    struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    long filter = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    printf("filter %ld\n", filter);
    if (argc > 1) {
        long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
        printf("listener %s\n", listener < 0 ? strerror(errno) : "given");
    }
    return 3;
}
