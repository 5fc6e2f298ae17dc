#if defined(__linux__)
#define _GNU_SOURCE
#include "sandbox.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// The numbers of landlock(7); the headers of older systems lack some of them.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif

struct ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

enum {
  version_flag = 1,
  fs_execute = 1 << 0,
  fs_write_file = 1 << 1,
  // Reading files and folders, bits 2 and 3, is not taken away.
  fs_change_folders = 0x1FF << 4,
  fs_refer = 1 << 13,
  fs_truncate = 1 << 14,
  fs_device_control = 1 << 15,
  net_bind = 1 << 0,
  net_connect = 1 << 1,
  scope_sockets = 1 << 0,
  scope_signals = 1 << 1,
};

int csandbox_landlock_version(void) {
  const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, version_flag);
  return version < 0 ? 0 : (int)version;
}

int csandbox_confine_files(void) {
  const int version = csandbox_landlock_version();
  if (version < 1) return 0;
  struct ruleset rules = {.handled_access_fs = fs_execute | fs_write_file | fs_change_folders};
  if (version >= 2) rules.handled_access_fs |= fs_refer;
  if (version >= 3) rules.handled_access_fs |= fs_truncate;
  if (version >= 4) rules.handled_access_net = net_bind | net_connect;
  if (version >= 5) rules.handled_access_fs |= fs_device_control;
  if (version >= 6) rules.scoped = scope_sockets | scope_signals;
  // An older kernel knows a shorter structure and refuses the rest only where it is not zero.
  const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const int descriptor = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (descriptor < 0) return 0;
  // No rule is added: what is handled is forbidden everywhere.
  const long status = syscall(SYS_landlock_restrict_self, descriptor, 0);
  close(descriptor);
  return status == 0 ? csandbox_files : 0;
}
#endif
