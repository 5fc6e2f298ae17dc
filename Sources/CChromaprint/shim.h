#pragma once
#include <chromaprint.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

// The functions of the library in use. The module map has no `link`: the library brings dozens of
// others with it, so it is loaded when it is needed. The types are those of its header.
typedef struct {
  __typeof__(&chromaprint_get_version) get_version;
  __typeof__(&chromaprint_new) create;
  __typeof__(&chromaprint_free) destroy;
  __typeof__(&chromaprint_start) start;
  __typeof__(&chromaprint_feed) feed;
  __typeof__(&chromaprint_finish) finish;
  __typeof__(&chromaprint_get_raw_fingerprint) get_raw_fingerprint;
  __typeof__(&chromaprint_dealloc) dealloc;
} cchromaprint_functions;

#define CCHROMAPRINT_FIND(member, name) \
  ((functions->member = (__typeof__(functions->member))dlsym(handle, #name)) != NULL)

// Finds the functions in a library that was loaded; false where one is missing.
static inline bool cchromaprint_find(void *handle, cchromaprint_functions *functions) {
  return CCHROMAPRINT_FIND(get_version, chromaprint_get_version) &&
         CCHROMAPRINT_FIND(create, chromaprint_new) &&
         CCHROMAPRINT_FIND(destroy, chromaprint_free) &&
         CCHROMAPRINT_FIND(start, chromaprint_start) &&
         CCHROMAPRINT_FIND(feed, chromaprint_feed) &&
         CCHROMAPRINT_FIND(finish, chromaprint_finish) &&
         CCHROMAPRINT_FIND(get_raw_fingerprint, chromaprint_get_raw_fingerprint) &&
         CCHROMAPRINT_FIND(dealloc, chromaprint_dealloc);
}

#undef CCHROMAPRINT_FIND
