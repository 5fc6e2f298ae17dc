#include "CVectorKernels.h"

#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

DISPATCHED void cvk_scan_int8(
    float *restrict scores, const int8_t *restrict rows, const float *restrict scales, size_t count,
    size_t dimension, const int8_t *restrict query) {
  for (size_t row = 0; row < count; row++) {
    const int8_t *values = rows + row * dimension;
    int32_t sum = 0;
    for (size_t i = 0; i < dimension; i++) sum += (int32_t)values[i] * (int32_t)query[i];
    scores[row] = scales[row] * (float)sum;
  }
}
