// Shared by the parts of CSandbox.
#pragma once

#include "CSandbox.h"

int csandbox_landlock_version(void);
int csandbox_confine_files(void);
int csandbox_offers_filter(void);
int csandbox_confine_system_calls(void);
