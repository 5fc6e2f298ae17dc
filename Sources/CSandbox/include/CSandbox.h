// Processes that read what strangers made: how they are started with nothing that they do not need, and what
// they give up themselves: memory without end, writing, the network. What is given up cannot be taken back.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A program that was started, and this side's ends of the pipes to its standard input and from its standard
/// output.
struct csandbox_child {
  pid_t process;
  int input;
  int output;
};

/// Starts a program in a process group of its own. It has three descriptors: the two pipes, and /dev/null as
/// standard error. Returns 0, or the system's error number.
int csandbox_start(
    const char *path, char *const words[], char *const variables[], struct csandbox_child *child);

/// What a kernel can take away from a process.
enum csandbox_means {
  /// A filter of system calls (seccomp(2), since Linux 3.17).
  csandbox_system_calls = 1,
  /// No writing to files and, since Linux 6.7, no network (landlock(7), since Linux 5.13).
  csandbox_files = 2,
};

/// Which of `csandbox_means` this system offers, or'ed; nothing is changed.
int csandbox_offered(void);

/// Gives up writing to files, making files, starting programs, the network and looking into other
/// processes, for this thread and those it starts later. Reading files stays allowed. Returns which of
/// `csandbox_means` are in force, or'ed; 0 when the system offers none.
int csandbox_confine(void);

/// What a process that must end writes to standard error and to standard output: up to 2,048 and 8,192 bytes;
/// nothing of a text that is longer.
struct csandbox_words {
  const char *error;
  size_t error_length;
  const char *output;
  size_t output_length;
};

/// Limits the address space to `bytes` and, unless `seconds` is 0, the time; when either is over, the process
/// writes its words and ends with `status`.
///
/// A fatal signal counts as a death for want of memory when a third of what was left of `bytes` at this call
/// has been taken: an array that doubles fails while it holds a third at least. Any other fatal signal kills
/// as before. Under the address and thread sanitizers, which reserve terabytes, memory is not limited.
void csandbox_watch(
    uint64_t bytes, const struct csandbox_words *exhausted, unsigned seconds,
    const struct csandbox_words *late, int status);

/// Takes both limits back.
void csandbox_watch_no_more(void);

/// The signal SIGALRM kills this process in so many seconds; 0 takes that back.
void csandbox_end_in(unsigned seconds);
