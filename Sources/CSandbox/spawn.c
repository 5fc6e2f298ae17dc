#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

static int start(
    const char *path, char *const words[], char *const variables[], int input, int output, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  int failure = posix_spawn_file_actions_init(&actions);
  if (failure != 0) return failure;
  failure = posix_spawnattr_init(&attributes);
  if (failure != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return failure;
  }
  if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (failure == 0) {
    failure = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  if (failure == 0) failure = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (failure == 0) failure = posix_spawnattr_setsigmask(&attributes, &none);
  // A group of its own: Ctrl-C goes to the parent, which knows what to do with the work.
  if (failure == 0) failure = posix_spawnattr_setpgroup(&attributes, 0);
  if (failure == 0) {
    failure = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  }
  if (failure == 0) failure = posix_spawn(process, path, &actions, &attributes, words, variables);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return failure;
}

int csandbox_start(
    const char *path, char *const words[], char *const variables[], struct csandbox_child *child) {
  int requests[2], replies[2];
  // No other program that is started meanwhile gets these ends.
  if (pipe2(requests, O_CLOEXEC) != 0) return errno;
  if (pipe2(replies, O_CLOEXEC) != 0) {
    const int failure = errno;
    close(requests[0]);
    close(requests[1]);
    return failure;
  }
  pid_t process = 0;
  const int failure = start(path, words, variables, requests[0], replies[1], &process);
  close(requests[0]);
  close(replies[1]);
  if (failure != 0) {
    close(requests[1]);
    close(replies[0]);
    return failure;
  }
  *child = (struct csandbox_child){.process = process, .input = requests[1], .output = replies[0]};
  return 0;
}
