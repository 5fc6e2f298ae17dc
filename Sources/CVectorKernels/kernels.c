#include "CVectorKernels.h"

#include "dispatch.h"

#include <string.h>

DISPATCHED float cvk_dot(const float *a, const float *b, size_t count) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

DISPATCHED void cvk_add_scaled(float *restrict y, const float *restrict x, float scale, size_t count) {
#pragma clang fp contract(fast)
  for (size_t i = 0; i < count; i++) y[i] += scale * x[i];
}

DISPATCHED void cvk_mean_of_pairs(
    float *restrict target, const float *restrict pairs, size_t count) {
  for (size_t i = 0; i < count; i++) target[i] = (pairs[2 * i] + pairs[2 * i + 1]) * 0.5f;
}

DISPATCHED float cvk_peak(const float *values, size_t count) {
  // As numbers without their sign, the bits of floats order as the floats do, NaN above all.
  uint32_t peak = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    bits &= 0x7fffffff;
    peak = bits > peak ? bits : peak;
  }
  float result;
  memcpy(&result, &peak, sizeof result);
  return result;
}
