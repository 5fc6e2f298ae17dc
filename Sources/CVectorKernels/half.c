#include "CVectorKernels.h"

#include "dispatch.h"

#include <string.h>

static inline float as_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static inline uint32_t as_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

static inline uint32_t load16(const void *numbers, size_t i) {
  uint16_t number;
  memcpy(&number, (const char *)numbers + 2 * i, 2);
  return number;
}

static inline void store16(void *numbers, size_t i, uint32_t value) {
  uint16_t number = (uint16_t)value;
  memcpy((char *)numbers + 2 * i, &number, 2);
}

// The exponent moves from a bias of 15 to one of 127 by a multiplication with 2^112, which also makes
// subnormal numbers normal. All ones stay all ones.
DISPATCHED void cvk_from_float16(float *out, const void *numbers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t number = load16(numbers, i);
    uint32_t magnitude = (number & 0x7FFF) << 13;
    uint32_t scaled = as_bits(as_float(magnitude) * as_float(0x77800000));
    uint32_t special = magnitude >= 0x0F800000 ? 0x7F800000 | magnitude : scaled;
    out[i] = as_float((number & 0x8000) << 16 | special);
  }
}

DISPATCHED void cvk_from_bfloat16(float *out, const void *numbers, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = as_float(load16(numbers, i) << 16);
}

DISPATCHED int cvk_all_within(const float *values, size_t count, float limit) {
  // The comparison is false for what is no number. Without a branch, for speed.
  int beyond = 0;
  for (size_t i = 0; i < count; i++) beyond |= !(values[i] <= limit && values[i] >= -limit);
  return !beyond;
}

void cvk_to_float16(void *numbers, const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = as_bits(values[i]);
    uint32_t magnitude = bits & 0x7FFFFFFF;
    uint32_t half;
    if (magnitude > 0x7F800000) {
      half = 0x7E00;  // no number
    } else if (magnitude >= 0x477FF000) {
      half = 0x7C00;  // 65,520 and more round to infinity
    } else if (magnitude >= 0x38800000) {
      half = (magnitude - 0x38000000 + 0xFFF + (magnitude >> 13 & 1)) >> 13;
    } else {
      // Subnormal: adding 0.5 leaves multiples of 2^-24 in the last bits, rounded by the processor.
      half = as_bits(as_float(magnitude) + 0.5f) - 0x3F000000;
    }
    store16(numbers, i, bits >> 16 & 0x8000 | half);
  }
}

void cvk_to_bfloat16(void *numbers, const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = as_bits(values[i]);
    uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    store16(numbers, i, (bits & 0x7FFFFFFF) > 0x7F800000 ? bits >> 16 | 0x40 : rounded);
  }
}
