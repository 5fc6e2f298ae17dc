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

// The address space in bytes that this process uses now, 0 where it cannot be told. Reads by system calls
// alone, because it is called while the process dies.
__attribute__((unused)) static uint64_t address_space(void) {
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

struct words {
  size_t error_length, output_length;
  char error[2048], output[8192];
};

static struct {
  // The address space over which a death counts as one for want of memory.
  uint64_t threshold;
  rlim_t limit_before;
  int status;
  struct words exhausted, late;
} watch;

static void set_words(struct words *words, const struct csandbox_words *given) {
  words->error_length = given->error_length < sizeof words->error ? given->error_length : 0;
  words->output_length = given->output_length < sizeof words->output ? given->output_length : 0;
  if (words->error_length > 0) memcpy(words->error, given->error, words->error_length);
  if (words->output_length > 0) memcpy(words->output, given->output, words->output_length);
}

static void leave(const struct words *words) {
  // Nobody is left who could be told that writing failed.
  ssize_t written = 0;
  if (words->output_length > 0) written = write(STDOUT_FILENO, words->output, words->output_length);
  if (words->error_length > 0) written = write(STDERR_FILENO, words->error, words->error_length);
  (void)written;
  _exit(watch.status);
}

static void die(int number) {
  if (address_space() > watch.threshold) leave(&watch.exhausted);
  // The handler is gone by now (SA_RESETHAND): the signal kills.
  raise(number);
}

static void be_late(int number) {
  (void)number;
  leave(&watch.late);
}

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};

static void handle(int number, void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(number, &action, NULL);
}

void csandbox_watch(
    uint64_t bytes, const struct csandbox_words *exhausted, unsigned seconds,
    const struct csandbox_words *late, int status) {
  watch.status = status;
  set_words(&watch.exhausted, exhausted);
  set_words(&watch.late, late);
#if !defined(RESERVES_TERABYTES)
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0) {
    watch.limit_before = limit.rlim_cur;
    if (limit.rlim_cur < bytes) bytes = limit.rlim_cur;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_AS, &limit);
  }
  const uint64_t used = address_space();
  watch.threshold = used + (bytes > used ? bytes - used : 0) / 3;
  // A stack that has run over cannot hold the handler's frame.
  static char room[1 << 14];
  const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  sigaltstack(&stack, NULL);
  for (size_t place = 0; place < sizeof fatal / sizeof fatal[0]; place++) {
    handle(fatal[place], die, SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  }
#else
  (void)bytes;
#endif
  if (seconds > 0) {
    handle(SIGALRM, be_late, SA_ONSTACK);
    alarm(seconds);
  }
}

void csandbox_watch_no_more(void) {
  alarm(0);
#if !defined(RESERVES_TERABYTES)
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0) {
    limit.rlim_cur = watch.limit_before;
    setrlimit(RLIMIT_AS, &limit);
  }
  for (size_t place = 0; place < sizeof fatal / sizeof fatal[0]; place++) {
    handle(fatal[place], SIG_DFL, 0);
  }
#endif
}

void csandbox_end_in(unsigned seconds) { alarm(seconds); }
