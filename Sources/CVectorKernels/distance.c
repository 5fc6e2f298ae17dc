#include "CVectorKernels.h"

#include "dispatch.h"

typedef float lanes __attribute__((ext_vector_type(16), aligned(4)));

#define LOAD(p) (*(const lanes *)(p))
enum { width = sizeof(lanes) / sizeof(float) };

static inline __attribute__((always_inline)) float sum_of(
    const lanes *partial, const float *restrict x, const float *restrict row, size_t from,
    size_t dimension) {
#pragma clang fp contract(fast)
  const lanes sums = *partial;
  // Halves on halves: the order is the same for every row.
  const __typeof__(sums.lo) eight = sums.lo + sums.hi;
  const __typeof__(eight.lo) four = eight.lo + eight.hi;
  float sum = (four.x + four.z) + (four.y + four.w);
  for (size_t i = from; i < dimension; i++) {
    const float step = x[i] - row[i];
    sum += step * step;
  }
  return sum;
}

// Four rows at once hide the latency of the additions.
DISPATCHED void cvk_squared_distances(
    float *restrict out, const float *restrict x, const float *restrict rows, size_t count,
    size_t dimension) {
#pragma clang fp contract(fast)
  const size_t whole = dimension / width * width;
  size_t row = 0;
  for (; row + 4 <= count; row += 4) {
    const float *a = rows + row * dimension, *b = a + dimension;
    const float *c = b + dimension, *d = c + dimension;
    lanes sum_a = {0}, sum_b = {0}, sum_c = {0}, sum_d = {0};
    for (size_t i = 0; i < whole; i += width) {
      const lanes values = LOAD(x + i);
      const lanes step_a = values - LOAD(a + i), step_b = values - LOAD(b + i);
      const lanes step_c = values - LOAD(c + i), step_d = values - LOAD(d + i);
      sum_a += step_a * step_a;
      sum_b += step_b * step_b;
      sum_c += step_c * step_c;
      sum_d += step_d * step_d;
    }
    out[row] = sum_of(&sum_a, x, a, whole, dimension);
    out[row + 1] = sum_of(&sum_b, x, b, whole, dimension);
    out[row + 2] = sum_of(&sum_c, x, c, whole, dimension);
    out[row + 3] = sum_of(&sum_d, x, d, whole, dimension);
  }
  for (; row < count; row++) {
    const float *a = rows + row * dimension;
    lanes sum = {0};
    for (size_t i = 0; i < whole; i += width) {
      const lanes step = LOAD(x + i) - LOAD(a + i);
      sum += step * step;
    }
    out[row] = sum_of(&sum, x, a, whole, dimension);
  }
}
