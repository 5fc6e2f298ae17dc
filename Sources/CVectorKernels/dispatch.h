#pragma once

// DISPATCHED before a function compiles it for several instruction sets; the loader picks one when the
// program starts. The thread sanitizer is not yet up at that moment and would crash there.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DISPATCHED
#endif
#endif
#ifndef DISPATCHED
#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif
#endif
