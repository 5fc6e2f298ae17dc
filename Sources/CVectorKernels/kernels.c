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

DISPATCHED void cvk_halve_rate(int16_t *restrict target, const float *restrict samples,
                               const float *restrict taps, size_t count) {
#pragma clang fp contract(fast)
  const float middle = 0.5f * 32768, a = 32768 * taps[0], b = 32768 * taps[1], c = 32768 * taps[2],
              d = 32768 * taps[3], e = 32768 * taps[4], f = 32768 * taps[5];
  for (size_t i = 0; i < count; i++) {
    const float *x = samples + 2 * i;
    float sum = middle * x[0];
    sum += a * (x[1] + x[-1]);
    sum += b * (x[3] + x[-3]);
    sum += c * (x[5] + x[-5]);
    sum += d * (x[7] + x[-7]);
    sum += e * (x[9] + x[-9]);
    sum += f * (x[11] + x[-11]);
    sum = sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
    // At this size a float has no fraction, so adding it rounds.
    target[i] = (int16_t)(int32_t)(sum + 0x1.8p23f - 0x1.8p23f);
  }
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

DISPATCHED void cvk_keep_between(
    uint8_t *marks, const float *values, size_t count, float low, float high, uint8_t flip) {
  for (size_t i = 0; i < count; i++) {
    uint8_t is_between = (uint8_t)((values[i] >= low) & (values[i] <= high));
    marks[i] &= is_between ^ flip;
  }
}

DISPATCHED void cvk_keep_years(
    uint8_t *marks, const int32_t *years, size_t count, int32_t low, int32_t high, uint8_t flip) {
  for (size_t i = 0; i < count; i++) {
    uint8_t is_between = (uint8_t)((years[i] != 0) & (years[i] >= low) & (years[i] <= high));
    marks[i] &= is_between ^ flip;
  }
}

DISPATCHED void cvk_keep_equal(
    uint8_t *marks, const uint32_t *labels, size_t count, uint32_t wanted, uint8_t flip) {
  for (size_t i = 0; i < count; i++) marks[i] &= (uint8_t)(labels[i] == wanted) ^ flip;
}

DISPATCHED void cvk_keep_since(uint8_t *marks, const int64_t *times, size_t count, int64_t first) {
  for (size_t i = 0; i < count; i++)
    marks[i] &= (uint8_t)((times[i] != 0) & (times[i] >= first));
}
