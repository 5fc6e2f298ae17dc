// For memmem, which C itself does not have.
#define _GNU_SOURCE
#include <string.h>

#include "CVectorKernels.h"

size_t cvk_find(const void *bytes, size_t count, const void *wanted, size_t length) {
  const char *found = memmem(bytes, count, wanted, length);
  return found ? (size_t)(found - (const char *)bytes) : count;
}
