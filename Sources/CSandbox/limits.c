#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RESERVES_TERABYTES 1
#endif
#endif

// Reads by system calls alone, because it is called while the process dies.
uint64_t csandbox_address_space(void) {
  const int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  char text[64];
  const ssize_t count = read(descriptor, text, sizeof text);
  close(descriptor);
  uint64_t pages = 0;
  for (ssize_t place = 0; place < count && text[place] >= '0' && text[place] <= '9'; place++) {
    pages = 10 * pages + (uint64_t)(text[place] - '0');
  }
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

int csandbox_limit_address_space(uint64_t bytes) {
#if defined(RESERVES_TERABYTES)
  (void)bytes;
  return 0;
#else
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0) return errno;
  // A narrower limit that stands already is kept.
  if (limit.rlim_max < bytes) bytes = limit.rlim_max;
  if (limit.rlim_cur < bytes) bytes = limit.rlim_cur;
  limit.rlim_cur = bytes;
  limit.rlim_max = bytes;
  return setrlimit(RLIMIT_AS, &limit) == 0 ? 0 : errno;
#endif
}

static struct {
  // The address space over which a death counts as one for want of memory.
  uint64_t threshold;
  int status;
  size_t length;
  char message[1024];
} exhaustion;

static void die(int number) {
  if (csandbox_address_space() > exhaustion.threshold) {
    if (exhaustion.length > 0) {
      // Nobody is left who could be told that this failed.
      ssize_t written = write(STDERR_FILENO, exhaustion.message, exhaustion.length);
      (void)written;
    }
    _exit(exhaustion.status);
  }
  // The handler is gone by now (SA_RESETHAND): the signal kills.
  raise(number);
}

void csandbox_report_exhaustion(uint64_t limit, const char *message, size_t length, int status) {
#if !defined(RESERVES_TERABYTES)
  const uint64_t used = csandbox_address_space();
  exhaustion.threshold = used + (limit > used ? limit - used : 0) / 3;
  exhaustion.status = status;
  exhaustion.length = length < sizeof exhaustion.message ? length : sizeof exhaustion.message;
  if (length > 0) memcpy(exhaustion.message, message, exhaustion.length);
  // A stack that has run over cannot hold the handler's frame.
  static char room[1 << 14];
  const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  sigaltstack(&stack, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = die;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
  const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
  for (size_t place = 0; place < sizeof fatal / sizeof fatal[0]; place++) {
    sigaction(fatal[place], &action, NULL);
  }
#else
  (void)limit, (void)message, (void)length, (void)status;
#endif
}

void csandbox_end_in(unsigned seconds) { alarm(seconds); }
