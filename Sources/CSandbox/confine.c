#include "sandbox.h"

#if defined(__linux__)
#include <sys/prctl.h>

int csandbox_offered(void) {
  return (csandbox_offers_filter() ? csandbox_system_calls : 0)
      | (csandbox_landlock_version() > 0 ? csandbox_files : 0);
}

int csandbox_confine(void) {
  // Asked for by both, and of use without either: no program that is started gains rights.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
  // Landlock first: its system calls are not among those that the filter lets through.
  const int files = csandbox_confine_files();
  return files | csandbox_confine_system_calls();
}

#else

int csandbox_offered(void) { return 0; }

int csandbox_confine(void) { return 0; }

#endif
