#include "CVectorKernels.h"

#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

DISPATCHED static void by_loop(
    float *restrict scores, const int8_t *restrict rows, const float *restrict scales, size_t count,
    size_t dimension, const int8_t *restrict query) {
  for (size_t row = 0; row < count; row++) {
    const int8_t *values = rows + row * dimension;
    int32_t sum = 0;
    for (size_t i = 0; i < dimension; i++) sum += (int32_t)values[i] * (int32_t)query[i];
    scores[row] = scales[row] * (float)sum;
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

// VPDPBUSD multiplies unsigned by signed bytes. The query is made unsigned by adding 128, which adds
// 128 times the sum of the row; that sum is taken alongside and subtracted. Dimensions that are no
// multiple of 64 are read under a mask, so nothing behind the last row is touched.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void by_vnni(
    float *scores, const int8_t *rows, const float *scales, size_t count, size_t dimension,
    const int8_t *query) {
  const __m512i offset = _mm512_set1_epi8((char)0x80);
  const __m512i ones = _mm512_set1_epi8(1);
  for (size_t row = 0; row < count; row++) {
    const int8_t *values = rows + row * dimension;
    __m512i products = _mm512_setzero_si512();
    __m512i sums = _mm512_setzero_si512();
    for (size_t i = 0; i < dimension; i += 64) {
      const size_t left = dimension - i;
      const __mmask64 mask = left >= 64 ? ~0ull : (1ull << left) - 1;
      const __m512i v = _mm512_maskz_loadu_epi8(mask, values + i);
      const __m512i q = _mm512_maskz_loadu_epi8(mask, query + i);
      products = _mm512_dpbusd_epi32(products, _mm512_xor_si512(q, offset), v);
      sums = _mm512_dpbusd_epi32(sums, ones, v);
    }
    const __m512i total = _mm512_sub_epi32(products, _mm512_slli_epi32(sums, 7));
    scores[row] = scales[row] * (float)_mm512_reduce_add_epi32(total);
  }
}

// The dimension of most models: the query stays in registers.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void by_vnni_256(
    float *scores, const int8_t *rows, const float *scales, size_t count, const int8_t *query) {
  const __m512i offset = _mm512_set1_epi8((char)0x80);
  const __m512i ones = _mm512_set1_epi8(1);
  __m512i q[4];
  for (int i = 0; i < 4; i++)
    q[i] = _mm512_xor_si512(_mm512_loadu_si512((const void *)(query + 64 * i)), offset);
  for (size_t row = 0; row < count; row++) {
    const int8_t *values = rows + row * 256;
    _mm_prefetch((const char *)(values + 4096), _MM_HINT_T0);
    _mm_prefetch((const char *)(values + 4160), _MM_HINT_T0);
    _mm_prefetch((const char *)(values + 4224), _MM_HINT_T0);
    _mm_prefetch((const char *)(values + 4288), _MM_HINT_T0);
    __m512i products = _mm512_setzero_si512();
    __m512i sums = _mm512_setzero_si512();
    for (int i = 0; i < 4; i++) {
      const __m512i v = _mm512_loadu_si512((const void *)(values + 64 * i));
      products = _mm512_dpbusd_epi32(products, q[i], v);
      sums = _mm512_dpbusd_epi32(sums, ones, v);
    }
    const __m512i total = _mm512_sub_epi32(products, _mm512_slli_epi32(sums, 7));
    scores[row] = scales[row] * (float)_mm512_reduce_add_epi32(total);
  }
}
#endif

void cvk_scan_int8(
    float *scores, const int8_t *rows, const float *scales, size_t count, size_t dimension,
    const int8_t *query) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")) {
    if (dimension == 256)
      by_vnni_256(scores, rows, scales, count, query);
    else
      by_vnni(scores, rows, scales, count, dimension, query);
    return;
  }
#endif
  by_loop(scores, rows, scales, count, dimension, query);
}
