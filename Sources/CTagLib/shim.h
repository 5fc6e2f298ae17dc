#pragma once
#include <sys/syscall.h>
#include <taglib/tag_c.h>
#include <unistd.h>

// memfd_create is declared only under _GNU_SOURCE, which Swift does not set; 1 is MFD_CLOEXEC.
static inline int ctaglib_memory_file(const char *name) {
  return (int)syscall(SYS_memfd_create, name, 1u);
}
