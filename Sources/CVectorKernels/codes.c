#include "CVectorKernels.h"

#include "codes.h"
#include "dispatch.h"

#include <math.h>
#include <string.h>

size_t cvk_code_bytes(size_t dimension) { return (dimension + 127) / 128 * 32; }

// The nearest of -3, -1, 1 and 3 steps, as 0 to 3.
static inline int32_t code_of(float value, float half) {
  const float place = value * half + 2;  // Cut off, it is the nearest code.
  return place >= 3 ? 3 : place > 0 ? (int32_t)place : 0;  // What is no number is 0.
}

struct fit {
  float products;  // of the values and what the codes say
  float squares;   // of what the codes say
};

static inline __attribute__((always_inline)) struct fit fit(
    const float *restrict values, size_t count, float step) {
  struct fit fit = {0, 0};
  const float half = 0.5f / step;
  for (size_t i = 0; i < count; i++) {
    const float number = (float)(2 * code_of(values[i], half) - 3);
    fit.products += number * values[i];
    fit.squares += number * number;
  }
  return fit;
}

// Which of some steps, in deviations, leaves the smallest error.
static inline __attribute__((always_inline)) struct fit best_fit(
    const float *restrict values, size_t count, float deviation, const float *steps,
    size_t step_count, float *best) {
  struct fit kept = {0, 1};
  float caught = -1;
  for (size_t i = 0; i < step_count; i++) {
    const struct fit now = fit(values, count, steps[i] * deviation);
    const float square = now.products * now.products / now.squares;
    if (square > caught) {
      caught = square;
      kept = now;
      *best = steps[i] * deviation;
    }
  }
  return kept;
}

// Where a row among those that lie together has one of its bytes.
static inline uint8_t *byte_of(uint8_t *rows, size_t row, size_t row_bytes, size_t i) {
  rows += row / rows_at_once * rows_at_once * row_bytes;
  return rows + i / word * line_bytes + row % rows_at_once * word + i % word;
}

static inline uint32_t bits_of(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

static inline float number_of(uint32_t bits) {
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

// To the nearest bfloat16, as a float.
static inline float rounded(float number) {
  return number_of((bits_of(number) + 0x8000) & 0xffff0000);
}

// A scale that is a bfloat16, and the length of an error, rounded up to one. The bytes of a query err,
// too, so no row has hardly any; the most is for vectors of numbers that are too small to reckon with.
static inline uint32_t packed(float scale, float error) {
  const float least = 0.04f, most = 8;
  const float told = error < most ? error > least ? error : least : most;
  return bits_of(scale) | (bits_of(told) + 0xffff) >> 16;
}

DISPATCHED struct cvk_code_scales cvk_encode(
    uint8_t *restrict coarse, size_t row, uint8_t *restrict fine, const float *restrict values,
    float *restrict rest, size_t dimension) {
  const size_t row_bytes = cvk_code_bytes(dimension);
  for (size_t i = 0; i < row_bytes; i++) *byte_of(coarse, row, row_bytes, i) = 0;
  memset(fine, 0, row_bytes);
  struct cvk_code_scales scales = {packed(0, 1), 0, packed(0, 1)};
  float square = 0;
  for (size_t i = 0; i < dimension; i++) square += values[i] * values[i];
  if (!(square > 0) || !(square < INFINITY)) return scales;

  // Half a step: 0.498 deviations are best for normal values (Max 1960, the uniform quantiser of four
  // levels), more where a few values stand out.
  static const float steps[] = {0.4f, 0.5f, 0.62f, 0.8f, 1.2f, 2};
  const size_t step_count = sizeof steps / sizeof *steps;
  float step = 1, fine_step = 1;
  const float deviation = sqrtf(square / (float)dimension);
  const struct fit first = best_fit(values, dimension, deviation, steps, step_count, &step);
  if (!(first.products > 0)) return scales;
  // Scaled so, what the codes say has the same product with the values as the values have: then the
  // errors of products with vectors that are near this one are small.
  const float scale = rounded(square / first.products);
  const float nearest = first.products / first.squares;

  // What the codes leave is coded once more.
  float left = 0, error = 0;
  for (size_t i = 0; i < dimension; i++) {
    const int32_t code = code_of(values[i], 0.5f / step);
    uint8_t *byte = byte_of(coarse, row, row_bytes, i % row_bytes);
    *byte = (uint8_t)(*byte | code << 2 * (i / row_bytes));
    const float high = (float)(2 * code - 3);
    rest[i] = values[i] - nearest * high;
    left += rest[i] * rest[i];
    error += (values[i] - scale * high) * (values[i] - scale * high);
  }
  scales.coarse = packed(scale, sqrtf(error / square));
  scales.coarse_share = square / first.products / scale;
  scales.fine = packed(0, sqrtf(error / square));
  if (!(left > 0)) return scales;
  best_fit(rest, dimension, sqrtf(left / (float)dimension), steps, step_count, &fine_step);
  float a = 0, b = 0, ab = 0, av = 0, bv = 0;
  for (size_t i = 0; i < dimension; i++) {
    const int32_t code = code_of(rest[i], 0.5f / fine_step);
    fine[i % row_bytes] = (uint8_t)(fine[i % row_bytes] | code << 2 * (i / row_bytes));
    const float low = (float)(2 * code - 3);
    const float high = (float)(2 * code_of(values[i], 0.5f / step) - 3);
    a += high * high;
    b += low * low;
    ab += high * low;
    av += high * values[i];
    bv += low * values[i];
  }
  // The best multiples of both (least squares), again so that the product with the values is right.
  const float area = a * b - ab * ab;
  if (!(area > 1e-3f * a * b)) return scales;
  const float alpha = (av * b - bv * ab) / area, beta = (bv * a - av * ab) / area;
  const float fine_scale = rounded(beta * (square / (alpha * av + beta * bv)));
  const float coarse_scale = (square - fine_scale * bv) / av;
  error = 0;
  for (size_t i = 0; i < dimension; i++) {
    const float low = (float)(2 * code_of(rest[i], 0.5f / fine_step) - 3);
    const float high = (float)(2 * code_of(values[i], 0.5f / step) - 3);
    const float missed = values[i] - coarse_scale * high - fine_scale * low;
    error += missed * missed;
  }
  scales.coarse_share = coarse_scale / scale;
  scales.fine = packed(fine_scale, sqrtf(error / square));
  return scales;
}

static inline __attribute__((always_inline)) int32_t code_sum(
    const uint8_t *restrict codes, const int8_t *restrict query, size_t row_bytes) {
  int32_t sum = 0;
  for (size_t plane = 0; plane < planes; plane++, query += row_bytes)
    for (size_t i = 0; i < row_bytes; i++)
      sum += (2 * (codes[i] >> 2 * plane & 3) - 3) * query[i];
  return sum;
}

DISPATCHED void cvk_code_sums(
    int32_t *restrict sums, const uint8_t *restrict rows, size_t stride,
    const size_t *restrict numbers, size_t count, const int8_t *restrict query, size_t row_bytes) {
  enum { ahead = 8 };  // Rows lie anywhere in memory: the next ones are asked for in time.
  for (size_t i = 0; i < count; i++) {
    if (i + ahead < count)
      for (size_t byte = 0; byte < stride; byte += 64)
        __builtin_prefetch(rows + numbers[i + ahead] * stride + byte);
    const uint8_t *row = rows + numbers[i] * stride;
    sums[i] = row_bytes == 64 ? code_sum(row, query, 64) : code_sum(row, query, row_bytes);
  }
}
