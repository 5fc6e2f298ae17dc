#include "CVectorKernels.h"

#include "codes.h"
#include "dispatch.h"

#include <math.h>
#include <string.h>

// Gaps of so many groups of rows that are not allowed are read all the same.
enum { gap = 2 };

static inline float upper_half(uint32_t word) {
  const uint32_t bits = word & 0xffff0000;
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

// Rounded after each step, as the vector instructions do it.
static inline float bound(uint32_t scale, float sum, float slack) {
  const float score = upper_half(scale) * sum;
  const float room = upper_half(scale << 16) * slack;
  return score + room;
}

static void by_loop(
    float *restrict scores, const uint8_t *restrict rows, const uint32_t *restrict scales, size_t count,
    size_t row_bytes, const int8_t *restrict query, int32_t offset, float slack) {
  for (size_t first = 0; first < count; first += rows_at_once) {
    int32_t sums[rows_at_once] = {0};
    for (size_t start = 0; start < row_bytes; start += word, rows += line_bytes)
      for (size_t row = 0; row < rows_at_once; row++)
        for (size_t i = 0; i < word; i++) {
          const int32_t byte = rows[row * word + i];
          for (size_t plane = 0; plane < planes; plane++)
            sums[row] += (byte >> 2 * plane & 3) * query[plane * row_bytes + start + i];
        }
    for (size_t row = 0; row < rows_at_once; row++)
      scores[first + row] =
          bound(scales[first + row], (float)(2 * sums[row] - offset), slack);
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define UNROLLED _Pragma("GCC unroll 16")

static inline int32_t word_at(const int8_t *query) {
  int32_t four;
  memcpy(&four, query, sizeof four);
  return four;
}

// Arithmetic takes nearly as long as memory, so that the processor looks too few lines ahead by itself:
// with this the scan of 64 MB took 1.15 times as long as reading them, without it 1.5 times.
static inline void ahead(const uint8_t *rows) {
  // A number, because a pointer must not leave its array even unused.
  _mm_prefetch((const char *)((uintptr_t)rows + 4096), _MM_HINT_T0);
}

#define AVX2 __attribute__((target("avx2")))

// The products of codes and bytes are added as 16-bit numbers. Those of codes that stay two bits up are
// four times as large, at most 3,048 for two numbers: four lines of two planes make 24,384.
AVX2 static inline __attribute__((always_inline)) void sixteen_by_avx2(
    float *scores, const uint8_t *rows, const uint32_t *scales, size_t row_bytes, const int8_t *query,
    int32_t offset, float slack) {
  const __m256i low = _mm256_set1_epi8(3), high = _mm256_set1_epi8(12);
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i singles[2], fourfold[2];
  UNROLLED
  for (size_t half = 0; half < 2; half++)
    singles[half] = fourfold[half] = _mm256_setzero_si256();
  for (size_t start = 0; start < row_bytes; start += 4 * word) {
    __m256i lows[2], highs[2];
    UNROLLED
    for (size_t half = 0; half < 2; half++) lows[half] = highs[half] = _mm256_setzero_si256();
    UNROLLED
    for (size_t line = 0; line < 4; line++, rows += line_bytes) {
      __m256i q[planes];
      UNROLLED
      for (size_t plane = 0; plane < planes; plane++)
        q[plane] = _mm256_set1_epi32(word_at(query + plane * row_bytes + start + line * word));
      UNROLLED
      for (size_t half = 0; half < 2; half++) {
        const __m256i v = _mm256_loadu_si256((const __m256i *)(rows + 32 * half));
        const __m256i upper = _mm256_srli_epi16(v, 4);
        lows[half] = _mm256_add_epi16(
            lows[half], _mm256_add_epi16(
                            _mm256_maddubs_epi16(_mm256_and_si256(v, low), q[0]),
                            _mm256_maddubs_epi16(_mm256_and_si256(upper, low), q[2])));
        highs[half] = _mm256_add_epi16(
            highs[half], _mm256_add_epi16(
                             _mm256_maddubs_epi16(_mm256_and_si256(v, high), q[1]),
                             _mm256_maddubs_epi16(_mm256_and_si256(upper, high), q[3])));
      }
    }
    UNROLLED
    for (size_t half = 0; half < 2; half++) {
      singles[half] = _mm256_add_epi32(singles[half], _mm256_madd_epi16(lows[half], ones));
      fourfold[half] = _mm256_add_epi32(fourfold[half], _mm256_madd_epi16(highs[half], ones));
    }
  }
  UNROLLED
  for (size_t half = 0; half < 2; half++) {
    const __m256i sums = _mm256_add_epi32(singles[half], _mm256_srai_epi32(fourfold[half], 2));
    const __m256i totals =
        _mm256_sub_epi32(_mm256_slli_epi32(sums, 1), _mm256_set1_epi32(offset));
    const __m256i words = _mm256_loadu_si256((const __m256i *)(scales + 8 * half));
    const __m256i upper = _mm256_and_si256(words, _mm256_set1_epi32((int)0xffff0000));
    const __m256 score = _mm256_mul_ps(_mm256_castsi256_ps(upper), _mm256_cvtepi32_ps(totals));
    const __m256 room = _mm256_mul_ps(
        _mm256_castsi256_ps(_mm256_slli_epi32(words, 16)), _mm256_set1_ps(slack));
    _mm256_storeu_ps(scores + 8 * half, _mm256_add_ps(score, room));
  }
}

AVX2 static inline __attribute__((always_inline)) void all_by_avx2(
    float *scores, const uint8_t *rows, const uint32_t *scales, size_t count, size_t row_bytes,
    const int8_t *query, int32_t offset, float slack) {
  const size_t turn = rows_at_once * row_bytes;
  for (size_t row = 0; row < count; row += rows_at_once) {
    for (size_t i = 0; i < turn; i += 64) ahead(rows + i);
    sixteen_by_avx2(scores + row, rows, scales + row, row_bytes, query, offset, slack);
    rows += turn;
  }
}

AVX2 static void by_avx2(
    float *scores, const uint8_t *rows, const uint32_t *scales, size_t count, size_t row_bytes,
    const int8_t *query, int32_t offset, float slack) {
  if (row_bytes == 64)  // The usual dimension, 256: the compiler unrolls.
    all_by_avx2(scores, rows, scales, count, 64, query, offset, slack);
  else
    all_by_avx2(scores, rows, scales, count, row_bytes, query, offset, slack);
}

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

// Codes stay where they are in their bytes and count 4, 16 and 64 times until the end.
VNNI static inline __attribute__((always_inline)) void sixteen_by_vnni(
    float *scores, const uint8_t *rows, const uint32_t *scales, size_t row_bytes, const int8_t *query,
    int32_t offset, float slack) {
  __m512i masks[planes], sums[planes];
  UNROLLED
  for (size_t plane = 0; plane < planes; plane++) {
    masks[plane] = _mm512_set1_epi8((char)(3 << 2 * plane));
    sums[plane] = _mm512_setzero_si512();
  }
  UNROLLED
  for (size_t start = 0; start < row_bytes; start += word, rows += line_bytes) {
    ahead(rows);
    const __m512i v = _mm512_loadu_si512((const void *)rows);
    UNROLLED
    for (size_t plane = 0; plane < planes; plane++)
      sums[plane] = _mm512_dpbusd_epi32(
          sums[plane], _mm512_and_si512(v, masks[plane]),
          _mm512_set1_epi32(word_at(query + plane * row_bytes + start)));
  }
  const __m512i total = _mm512_add_epi32(
      _mm512_add_epi32(sums[0], _mm512_srai_epi32(sums[1], 2)),
      _mm512_add_epi32(_mm512_srai_epi32(sums[2], 4), _mm512_srai_epi32(sums[3], 6)));
  const __m512i numbers = _mm512_sub_epi32(_mm512_slli_epi32(total, 1), _mm512_set1_epi32(offset));
  const __m512i words = _mm512_loadu_si512((const void *)scales);
  const __m512i upper = _mm512_and_si512(words, _mm512_set1_epi32((int)0xffff0000));
  const __m512 score = _mm512_mul_ps(_mm512_castsi512_ps(upper), _mm512_cvtepi32_ps(numbers));
  const __m512 room = _mm512_mul_ps(
      _mm512_castsi512_ps(_mm512_slli_epi32(words, 16)), _mm512_set1_ps(slack));
  _mm512_storeu_ps(scores, _mm512_add_ps(score, room));
}

VNNI static void by_vnni(
    float *scores, const uint8_t *rows, const uint32_t *scales, size_t count, size_t row_bytes,
    const int8_t *query, int32_t offset, float slack) {
  if (row_bytes == 64) {  // The usual dimension, 256: the compiler unrolls.
    for (size_t row = 0; row < count; row += rows_at_once)
      sixteen_by_vnni(scores + row, rows + row * 64, scales + row, 64, query, offset, slack);
  } else {
    for (size_t row = 0; row < count; row += rows_at_once)
      sixteen_by_vnni(scores + row, rows + row * row_bytes, scales + row, row_bytes, query, offset, slack);
  }
}
#endif

int cvk_scan_has(enum cvk_scan_path path) {
#if defined(__x86_64__)
  switch (path) {
    case cvk_scan_vnni:
      return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
    case cvk_scan_avx2:
      return __builtin_cpu_supports("avx2") != 0;
    case cvk_scan_portable:
      return 1;
  }
#endif
  return path == cvk_scan_portable;
}

enum cvk_scan_path cvk_scan_best(void) {
  if (cvk_scan_has(cvk_scan_vnni)) return cvk_scan_vnni;
  return cvk_scan_has(cvk_scan_avx2) ? cvk_scan_avx2 : cvk_scan_portable;
}

static int32_t offset_of(const int8_t *query, size_t row_bytes) {
  int32_t offset = 0;
  for (size_t i = 0; i < planes * row_bytes; i++) offset += 3 * query[i];
  return offset;
}

static void scan(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const uint32_t *scales, size_t count,
    size_t row_bytes, const int8_t *query, int32_t offset, float slack) {
#if defined(__x86_64__)
  switch (path) {
    case cvk_scan_vnni:
      by_vnni(scores, rows, scales, count, row_bytes, query, offset, slack);
      return;
    case cvk_scan_avx2:
      by_avx2(scores, rows, scales, count, row_bytes, query, offset, slack);
      return;
    case cvk_scan_portable:
      break;
  }
#endif
  by_loop(scores, rows, scales, count, row_bytes, query, offset, slack);
}

void cvk_scan_codes(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const uint32_t *scales, size_t count,
    size_t row_bytes, const int8_t *query, float slack) {
  scan(path, scores, rows, scales, count, row_bytes, query, offset_of(query, row_bytes), slack);
}

DISPATCHED void cvk_scan_codes_among(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const uint32_t *scales, size_t count,
    size_t row_bytes, const int8_t *query, float slack, const uint16_t *allowed) {
  const int32_t offset = offset_of(query, row_bytes);
  const size_t groups = count / rows_at_once;
  for (size_t group = 0; group < groups;) {
    const size_t first = group * rows_at_once;
    if (!allowed[group]) {
      for (size_t i = 0; i < rows_at_once; i++) scores[first + i] = NAN;
      group++;
      continue;
    }
    // Neighbouring groups are scanned in one go, and so are small gaps between them: memory is quickest
    // read in order.
    size_t end = group + 1;
    for (size_t next = end; next < groups && next <= end + gap; next++)
      if (allowed[next]) end = next + 1;
    group = end;
    scan(
        path, scores + first, rows + first * row_bytes, scales + first,
        group * rows_at_once - first, row_bytes, query, offset, slack);
    for (size_t done = first / rows_at_once; done < group; done++) {
      const uint32_t bits = allowed[done];
      float *sixteen = scores + done * rows_at_once;
      for (uint32_t i = 0; i < rows_at_once; i++) sixteen[i] = bits >> i & 1 ? sixteen[i] : NAN;
    }
  }
}

DISPATCHED size_t cvk_places_of(
    const float *restrict scores, size_t count, float threshold, uint32_t *restrict places) {
  enum { run = 16 };
  size_t found = 0, start = 0;
  for (; start + run <= count; start += run) {
    // Hardly any run has one, so it is first asked all at once.
    int any = 0;
    for (size_t i = 0; i < run; i++) any |= scores[start + i] >= threshold;
    if (!any) continue;
    for (size_t i = 0; i < run; i++) {
      places[found] = (uint32_t)(start + i);
      found += scores[start + i] >= threshold;
    }
  }
  for (; start < count; start++) {
    places[found] = (uint32_t)start;
    found += scores[start] >= threshold;
  }
  return found;
}
