#if defined(__linux__)
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifndef ARCHITECTURE

int csandbox_offers_filter(void) { return 0; }

int csandbox_confine_system_calls(void) { return 0; }

#else

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
// The lower half of an argument; both architectures are little-endian.
#define ARGUMENT(number) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[number]))
#define UPPER_HALF(number) \
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[number]) + 4)
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, action)
#define REFUSE(number) ANSWER(SECCOMP_RET_ERRNO | (number))
#define EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define ANY_BIT(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, yes, no)

// Lets a system call through; the call's number is loaded before and after.
#define ALLOW(name) EQUAL(SYS_##name, 0, 1), ANSWER(SECCOMP_RET_ALLOW)

// Lets a system call through where an argument has none of these bits.
#define ALLOW_WITHOUT(name, argument, bits)                                                        \
  EQUAL(SYS_##name, 0, 4), ARGUMENT(argument), ANY_BIT(bits, 0, 1), REFUSE(EPERM), \
      ANSWER(SECCOMP_RET_ALLOW)

// Opening to write, to make or to cut a file. O_TMPFILE holds O_DIRECTORY, which reading may ask for.
#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))

int csandbox_offers_filter(void) {
  uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int csandbox_confine_system_calls(void) {
  const uint32_t self = (uint32_t)getpid();
  struct sock_filter rules[] = {
    LOAD(arch), EQUAL(ARCHITECTURE, 1, 0), ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr),
#if defined(__x86_64__)
    // The calls of the x32 kind have numbers of their own.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), REFUSE(EPERM),
#endif
    // What is open is read and answered.
    ALLOW(read), ALLOW(pread64), ALLOW(readv), ALLOW(write), ALLOW(writev), ALLOW(lseek),
    ALLOW(close), ALLOW(fstat), ALLOW(fcntl), ALLOW(ppoll), ALLOW(dup),
    // Files are opened to be read, looked at and mapped.
    ALLOW_WITHOUT(openat, 2, WRITING), ALLOW(newfstatat), ALLOW(statx), ALLOW(readlinkat),
    ALLOW(faccessat), ALLOW(faccessat2), ALLOW(getdents64), ALLOW(getcwd), ALLOW(memfd_create),
    ALLOW(fadvise64),
#if defined(__x86_64__)
    ALLOW_WITHOUT(open, 1, WRITING), ALLOW(stat), ALLOW(lstat), ALLOW(readlink), ALLOW(access),
    ALLOW(poll), ALLOW(arch_prctl), ALLOW(time),
#endif
    // Memory.
    ALLOW(mmap), ALLOW(munmap), ALLOW(mremap), ALLOW(mprotect), ALLOW(madvise), ALLOW(brk),
    ALLOW(mincore), ALLOW(membarrier),
    // Threads of this process, its own signals and its end.
    ALLOW(futex), ALLOW(set_robust_list), ALLOW(rseq), ALLOW(sched_yield), ALLOW(sched_getaffinity),
    ALLOW(rt_sigaction), ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(sigaltstack),
    ALLOW(restart_syscall), ALLOW(exit), ALLOW(exit_group), ALLOW(gettid), ALLOW(getpid),
    ALLOW(set_tid_address), ALLOW(setitimer),
#if defined(__x86_64__)
    ALLOW(alarm),
#endif
    EQUAL(SYS_clone, 0, 4), ARGUMENT(0), ANY_BIT(CLONE_THREAD, 1, 0), REFUSE(EPERM),
    ANSWER(SECCOMP_RET_ALLOW),
    // Its flags lie in memory that a filter cannot see; without it the C library takes clone.
    EQUAL(SYS_clone3, 0, 1), REFUSE(ENOSYS),
    EQUAL(SYS_tgkill, 0, 4), ARGUMENT(0), EQUAL(self, 1, 0), REFUSE(EPERM),
    ANSWER(SECCOMP_RET_ALLOW),
    // Facts.
    ALLOW(clock_gettime), ALLOW(clock_getres), ALLOW(clock_nanosleep), ALLOW(nanosleep),
    ALLOW(gettimeofday), ALLOW(getrandom), ALLOW(uname), ALLOW(sysinfo), ALLOW(getrusage),
    ALLOW(getuid), ALLOW(geteuid), ALLOW(getgid), ALLOW(getegid), ALLOW(getrlimit),
    // Limits are read, not set: no new ones are given.
    EQUAL(SYS_prlimit64, 0, 7), ARGUMENT(2), EQUAL(0, 1, 0), REFUSE(EPERM), UPPER_HALF(2),
    EQUAL(0, 1, 0), REFUSE(EPERM), ANSWER(SECCOMP_RET_ALLOW),
    REFUSE(EPERM),
  };
  const struct sock_fprog program = {
    .len = (unsigned short)(sizeof rules / sizeof rules[0]), .filter = rules};
  // Without the flag the kernel may slow the process down against attacks through the processor's
  // guesses (Speculative Store Bypass), which would cost decoding several per cent; a worker holds
  // nothing that is worth such an attack.
  const unsigned flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0 ? csandbox_system_calls : 0;
}

#endif
#endif
