#include "CVectorKernelsSpectral.h"

#include "dispatch.h"

#include <string.h>

#define INLINED static inline __attribute__((always_inline))

// One bin of all frames of a block. Loads and stores need no alignment beyond a float's.
typedef float lanes __attribute__((ext_vector_type(CVK_LANES), aligned(4)));
typedef int32_t integer_lanes __attribute__((ext_vector_type(CVK_LANES), aligned(4)));

#define LOAD(p) (*(const lanes *)(p))
#define STORE(p, v) (*(lanes *)(p) = (v))

DISPATCHED void cvk_multiply(float *restrict out, const float *restrict a, const float *restrict b,
                             size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = a[i] * b[i];
}

// With Z the transform of the pairs, M = half and W = exp(-2 pi i / 2M): the even samples' transform is
// E = (Z[k] + conj Z[M-k]) / 2, the odd samples' is D / i with D = (Z[k] - conj Z[M-k]) / 2, and with
// O = -i W^k D the result is X[k] = E + O, X[M-k] = conj (E - O).
#define UNPACK(a, b, c, d, cosine, sine, REAL)                                       \
  REAL er = 0.5f * (a + c), ei = 0.5f * (b - d);                                     \
  REAL dr = 0.5f * (a - c), di = 0.5f * (b + d);                                     \
  REAL or_ = cosine * di - sine * dr, oi = -(sine * di) - cosine * dr;               \
  a = er + or_, b = ei + oi, c = er - or_, d = oi - ei;

DISPATCHED void cvk_unpack_real(float *spectrum, const float *cosines, const float *sines, size_t half) {
#pragma clang fp contract(fast)
  float first = spectrum[0], second = spectrum[1];
  spectrum[0] = first + second;
  spectrum[1] = 0;
  spectrum[2 * half] = first - second;
  spectrum[2 * half + 1] = 0;
  size_t k = 1;
  // Sixteen from the front with the sixteen that mirror them, while the two do not meet.
  for (; 2 * k + 2 * CVK_LANES - 1 <= half; k += CVK_LANES) {
    float *low = spectrum + 2 * k, *high = spectrum + 2 * (half - k - (CVK_LANES - 1));
    lanes l0 = LOAD(low), l1 = LOAD(low + CVK_LANES);
    lanes h0 = LOAD(high), h1 = LOAD(high + CVK_LANES);
    lanes a = __builtin_shufflevector(l0, l1, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    lanes b = __builtin_shufflevector(l0, l1, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    lanes c = __builtin_shufflevector(h0, h1, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    lanes d = __builtin_shufflevector(h0, h1, 31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    lanes cosine = LOAD(cosines + k), sine = LOAD(sines + k);
    UNPACK(a, b, c, d, cosine, sine, lanes)
    STORE(low, __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    STORE(low + CVK_LANES,
          __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
    STORE(high, __builtin_shufflevector(c, d, 15, 31, 14, 30, 13, 29, 12, 28, 11, 27, 10, 26, 9, 25, 8, 24));
    STORE(high + CVK_LANES,
          __builtin_shufflevector(c, d, 7, 23, 6, 22, 5, 21, 4, 20, 3, 19, 2, 18, 1, 17, 0, 16));
  }
  for (; 2 * k < half; k++) {
    float *low = spectrum + 2 * k, *high = spectrum + 2 * (half - k);
    float a = low[0], b = low[1], c = high[0], d = high[1];
    UNPACK(a, b, c, d, cosines[k], sines[k], float)
    low[0] = a, low[1] = b, high[0] = c, high[1] = d;
  }
  if (2 * k == half) spectrum[2 * k + 1] = -spectrum[2 * k + 1];
}

DISPATCHED void cvk_power(float *restrict out, const float *restrict complex, size_t count) {
#pragma clang fp contract(fast)
  for (size_t i = 0; i < count; i++)
    out[i] = complex[2 * i] * complex[2 * i] + complex[2 * i + 1] * complex[2 * i + 1];
}

DISPATCHED void cvk_square_root(float *restrict out, const float *restrict in, size_t count) {
  size_t i = 0;
  for (; i + CVK_LANES <= count; i += CVK_LANES) STORE(out + i, __builtin_elementwise_sqrt(LOAD(in + i)));
  for (; i < count; i++) out[i] = __builtin_elementwise_sqrt(in[i]);
}

// log10(x) for normal positive x: x = 2^e * m with m in [sqrt(1/2), sqrt(2)), and
// ln m = 2 artanh(s) with s = (m - 1) / (m + 1). The series' first term left out is below 2e-9.
#define LOG_BODY(INTEGER, REAL, x, exponent, mantissa_log)                          \
  do {                                                                              \
    INTEGER bits_;                                                                  \
    memcpy(&bits_, &(x), sizeof bits_);                                             \
    INTEGER e_ = (bits_ - 0x3F3504F3) >> 23;                                        \
    bits_ -= e_ << 23;                                                              \
    REAL m_;                                                                        \
    memcpy(&m_, &bits_, sizeof m_);                                                 \
    REAL s_ = (m_ - 1.0f) / (m_ + 1.0f);                                            \
    REAL z_ = s_ * s_;                                                              \
    mantissa_log =                                                                  \
        s_ * (2.0f + z_ * (0.66666667f + z_ * (0.4f + z_ * (0.28571429f + z_ * 0.22222222f)))); \
    exponent = e_;                                                                  \
  } while (0)

// In lanes by hand: `out` may be `in`, which keeps the compiler from doing so.
DISPATCHED void cvk_log10(float *out, const float *in, float minimum, float scale, size_t count) {
#pragma clang fp contract(fast)
  size_t i = 0;
  lanes floor = minimum;
  for (; i + CVK_LANES <= count; i += CVK_LANES) {
    lanes x = LOAD(in + i);
    x = x > floor ? x : floor;
    integer_lanes exponent;
    lanes mantissa_log;
    LOG_BODY(integer_lanes, lanes, x, exponent, mantissa_log);
    lanes power = __builtin_convertvector(exponent, lanes);
    STORE(out + i, scale * (power * 0.30103000f + mantissa_log * 0.43429448f));
  }
  for (; i < count; i++) {
    float x = in[i] > minimum ? in[i] : minimum;
    int32_t exponent;
    float mantissa_log;
    LOG_BODY(int32_t, float, x, exponent, mantissa_log);
    out[i] = scale * ((float)exponent * 0.30103000f + mantissa_log * 0.43429448f);
  }
}

DISPATCHED float cvk_maximum(const float *x, size_t count) {
  float best[4 * CVK_LANES];
  for (size_t j = 0; j < 4 * CVK_LANES; j++) best[j] = x[0];
  size_t i = 0;
  for (; i + 4 * CVK_LANES <= count; i += 4 * CVK_LANES)
    for (size_t j = 0; j < 4 * CVK_LANES; j++) best[j] = x[i + j] > best[j] ? x[i + j] : best[j];
  float result = x[0];
  for (size_t j = 0; j < 4 * CVK_LANES; j++) result = best[j] > result ? best[j] : result;
  for (; i < count; i++) result = x[i] > result ? x[i] : result;
  return result;
}

DISPATCHED void cvk_raise_and_shift(float *x, float floor, float offset, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = (x[i] > floor ? x[i] : floor) + offset;
}

// Turns a tile of 16 x 16 by four rounds of interleaving its halves.
INLINED void turn_tile(float *restrict to, size_t to_stride, const float *restrict from,
                       size_t from_stride) {
  lanes a[CVK_LANES], b[CVK_LANES];
  for (int r = 0; r < CVK_LANES; r++) a[r] = LOAD(from + r * from_stride);
#define INTERLEAVE(to, from)                                                                        \
  for (int r = 0; r < CVK_LANES / 2; r++) {                                                         \
    to[2 * r] = __builtin_shufflevector(from[r], from[r + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, \
                                        21, 6, 22, 7, 23);                                          \
    to[2 * r + 1] = __builtin_shufflevector(from[r], from[r + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, \
                                            28, 13, 29, 14, 30, 15, 31);                            \
  }
  INTERLEAVE(b, a)
  INTERLEAVE(a, b)
  INTERLEAVE(b, a)
  INTERLEAVE(a, b)
  for (int r = 0; r < CVK_LANES; r++) STORE(to + r * to_stride, a[r]);
}

DISPATCHED void cvk_rows_to_lanes(float *restrict block, const float *restrict rows, size_t stride,
                                  size_t row_count, size_t count) {
  size_t bin = 0;
  if (row_count == CVK_LANES)
    for (; bin + CVK_LANES <= count; bin += CVK_LANES)
      turn_tile(block + bin * CVK_LANES, CVK_LANES, rows + bin, stride);
  else
    memset(block, 0, count * CVK_LANES * sizeof(float));
  for (; bin < count; bin++)
    for (size_t r = 0; r < row_count; r++) block[bin * CVK_LANES + r] = rows[r * stride + bin];
}

DISPATCHED void cvk_lanes_to_rows(float *restrict rows, size_t stride, size_t row_count,
                                  const float *restrict block, size_t count) {
  size_t bin = 0;
  if (row_count == CVK_LANES)
    for (; bin + CVK_LANES <= count; bin += CVK_LANES)
      turn_tile(rows + bin, stride, block + bin * CVK_LANES, CVK_LANES);
  for (; bin < count; bin++)
    for (size_t r = 0; r < row_count; r++) rows[r * stride + bin] = block[bin * CVK_LANES + r];
}

DISPATCHED void cvk_lane_bands(float *restrict out, const float *restrict block,
                               const int32_t *restrict starts, const int32_t *restrict counts,
                               const float *restrict weights, size_t band_count) {
#pragma clang fp contract(fast)
  for (size_t band = 0; band < band_count; band++) {
    const float *bins = block + (size_t)starts[band] * CVK_LANES;
    lanes sum = {0};
    for (int32_t i = 0; i < counts[band]; i++) sum += weights[i] * LOAD(bins + i * CVK_LANES);
    weights += counts[band];
    STORE(out + band * CVK_LANES, sum);
  }
}

DISPATCHED void cvk_lane_moments(float *sum, float *mean, float *deviation, const float *restrict block,
                                 const float *restrict frequencies, size_t count) {
#pragma clang fp contract(fast)
  lanes whole = {0}, weighted = {0}, spread = {0};
  for (size_t i = 0; i < count; i++) {
    whole += LOAD(block + i * CVK_LANES);
    weighted += frequencies[i] * LOAD(block + i * CVK_LANES);
  }
  lanes divisor = whole == 0 ? 1.0f : whole;
  lanes center = weighted / divisor;
  for (size_t i = 0; i < count; i++) {
    lanes distance = frequencies[i] - center;
    spread += LOAD(block + i * CVK_LANES) * distance * distance;
  }
  spread /= divisor;
  STORE(sum, whole);
  STORE(mean, center);
  STORE(deviation, __builtin_elementwise_sqrt(spread));
}

DISPATCHED void cvk_lane_rolloff(float *index, const float *restrict block, float share, size_t count) {
  lanes whole = {0}, running = {0};
  for (size_t i = 0; i < count; i++) whole += LOAD(block + i * CVK_LANES);
  lanes threshold = share * whole;
  integer_lanes below = {0};
  for (size_t i = 0; i < count; i++) {
    running += LOAD(block + i * CVK_LANES);
    below -= running < threshold;
  }
  STORE(index, __builtin_convertvector(below, lanes));
}

DISPATCHED void cvk_lane_log_means(float *log_mean, float *mean, const float *restrict block,
                                   float minimum, size_t count) {
#pragma clang fp contract(fast)
  lanes logs = {0}, sum = {0}, floor = {0};
  integer_lanes exponents = {0};
  floor += minimum;
  for (size_t i = 0; i < count; i++) {
    lanes x = LOAD(block + i * CVK_LANES);
    x = x > floor ? x : floor;
    sum += x;
    integer_lanes exponent;
    lanes mantissa_log;
    LOG_BODY(integer_lanes, lanes, x, exponent, mantissa_log);
    exponents += exponent;
    logs += mantissa_log;
  }
  STORE(log_mean, (__builtin_convertvector(exponents, lanes) * 0.69314718f + logs) / (float)count);
  STORE(mean, sum / (float)count);
}

// Keeps the K smallest (or, with the sign turned, largest) in order, each new number sinking to its
// place by K exchanges that all lanes make alike.
#define SELECT(K)                                                                 \
  INLINED void select_##K(float *out, const float *block, size_t count, float sign, bool roots) { \
    lanes kept[K], infinity = {0}, sum = {0};                                     \
    infinity += __builtin_inff();                                                         \
    for (int k = 0; k < K; k++) kept[k] = infinity;                               \
    for (size_t i = 0; i < count; i++) {                                          \
      lanes x = sign * LOAD(block + i * CVK_LANES);                               \
      _Pragma("unroll") for (int k = 0; k < K; k++) {                             \
        lanes low = x < kept[k] ? x : kept[k];                                    \
        x = x < kept[k] ? kept[k] : x;                                            \
        kept[k] = low;                                                            \
      }                                                                           \
    }                                                                             \
    for (int k = 0; k < K; k++) {                                                 \
      lanes x = sign * kept[k];                                                   \
      sum += roots ? __builtin_elementwise_sqrt(x) : x;                           \
    }                                                                             \
    STORE(out, sum / (float)K);                                                   \
  }
SELECT(1)
SELECT(2)
SELECT(3)
SELECT(4)
SELECT(5)
SELECT(6)
SELECT(7)
SELECT(8)
SELECT(9)
SELECT(10)
SELECT(11)
SELECT(12)

// The same for any number, kept in memory.
INLINED void select_many(float *out, const float *block, size_t count, size_t chosen, float sign,
                         bool roots, float *scratch) {
  lanes infinity = {0}, sum = {0};
  infinity += __builtin_inff();
  for (size_t k = 0; k < chosen; k++) STORE(scratch + k * CVK_LANES, infinity);
  for (size_t i = 0; i < count; i++) {
    lanes x = sign * LOAD(block + i * CVK_LANES);
    for (size_t k = 0; k < chosen; k++) {
      lanes held = LOAD(scratch + k * CVK_LANES);
      STORE(scratch + k * CVK_LANES, x < held ? x : held);
      x = x < held ? held : x;
    }
  }
  for (size_t k = 0; k < chosen; k++) {
    lanes x = sign * LOAD(scratch + k * CVK_LANES);
    sum += roots ? __builtin_elementwise_sqrt(x) : x;
  }
  STORE(out, sum / (float)chosen);
}

DISPATCHED void cvk_lane_extremes(float *smallest, float *largest, const float *restrict block,
                                  size_t count, size_t chosen, bool roots, float *restrict scratch) {
  switch (chosen) {
#define CASE(K)                                       \
  case K:                                             \
    select_##K(smallest, block, count, 1, roots);     \
    select_##K(largest, block, count, -1, roots);     \
    break;
    CASE(1)
    CASE(2)
    CASE(3)
    CASE(4)
    CASE(5)
    CASE(6)
    CASE(7)
    CASE(8)
    CASE(9)
    CASE(10)
    CASE(11)
    CASE(12)
  default:
    select_many(smallest, block, count, chosen, 1, roots, scratch);
    select_many(largest, block, count, chosen, -1, roots, scratch);
  }
}

DISPATCHED void cvk_matrix_product(float *restrict out, const float *restrict a, size_t a_stride,
                                   const float *restrict b, size_t rows, size_t inner, size_t columns) {
#pragma clang fp contract(fast)
  for (size_t column = 0; column < columns; column += CVK_LANES) {
    size_t row = 0;
    for (; row + 4 <= rows; row += 4) {
      lanes sum0 = {0}, sum1 = {0}, sum2 = {0}, sum3 = {0};
      const float *a0 = a + row * a_stride;
      for (size_t i = 0; i < inner; i++) {
        lanes weights = LOAD(b + i * columns + column);
        sum0 += a0[i] * weights;
        sum1 += a0[i + a_stride] * weights;
        sum2 += a0[i + 2 * a_stride] * weights;
        sum3 += a0[i + 3 * a_stride] * weights;
      }
      STORE(out + row * columns + column, sum0);
      STORE(out + (row + 1) * columns + column, sum1);
      STORE(out + (row + 2) * columns + column, sum2);
      STORE(out + (row + 3) * columns + column, sum3);
    }
    for (; row < rows; row++) {
      lanes sum = {0};
      for (size_t i = 0; i < inner; i++) sum += a[row * a_stride + i] * LOAD(b + i * columns + column);
      STORE(out + row * columns + column, sum);
    }
  }
}
