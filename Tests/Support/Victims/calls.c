/* One round of the less common file calls; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/sched.h>
#define SAY(call) do { long r = (call); printf("%s: %ld %s\n", #call, r < 0 ? r : 0, r < 0 ? strerror(errno) : ""); } while (0)
int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    int a = open("a", O_CREAT | O_RDWR, 0644), b = open("b", O_CREAT | O_RDWR, 0644), t, m, status;
    SAY(write(a, "aaaa", 4));
    SAY(copy_file_range(a, &(off64_t){0}, b, &(off64_t){0}, 4, 0));
    SAY(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 2));
    SAY(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 1));
    SAY(syscall(SYS_openat2, AT_FDCWD, "a", &(struct open_how){.flags = O_RDONLY, .resolve = RESOLVE_BENEATH}, sizeof(struct open_how)));
    SAY(syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &(struct open_how){.resolve = RESOLVE_BENEATH}, sizeof(struct open_how)));
    SAY(t = open(".", O_TMPFILE | O_RDWR, 0600));
    SAY(write(t, "tmp", 3));
    char name[64]; snprintf(name, sizeof name, "/proc/self/fd/%d", t);
    SAY(linkat(AT_FDCWD, name, AT_FDCWD, "linked", AT_SYMLINK_FOLLOW));
    SAY(m = memfd_create("image", MFD_CLOEXEC));
    int image = open("/bin/true", O_RDONLY); char buffer[65536]; long n;
    while ((n = read(image, buffer, sizeof buffer)) > 0) write(m, buffer, n);
    struct clone_args args = {.exit_signal = SIGCHLD};
    pid_t pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0) { syscall(SYS_execveat, m, "", (char *[]){"true", 0}, environ, AT_EMPTY_PATH); _exit(9); }
    SAY(waitpid(pid, &status, 0)); printf("memfd exec: %d\n", status);
    SAY(syscall(SYS_close_range, 3, ~0U, 0));
    SAY(open((char *)1, O_RDONLY)); SAY(open("", O_RDONLY)); SAY(rename("a", (char *)8)); SAY(open("a/b", O_RDONLY));
    SAY(prctl(PR_GET_SECCOMP));
    return 0;
}
