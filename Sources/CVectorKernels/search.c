#include "CVectorKernels.h"

#include "dispatch.h"

#include <math.h>
#include <string.h>

// A row is ceil(dimension / 128) chunks of 64 bytes: byte i of a chunk holds number i of the chunk in its
// low half and number 64 + i in its high half. Sixteen rows lie together, four bytes of each in turn, so
// that each lane of a register adds up one row and no sums have to be gathered across lanes.
enum {
  chunk_bytes = 64, chunk_values = 128, rows_at_once = 16, gap = 2,
  word = 4, line_bytes = rows_at_once * word, chunk_lines = chunk_bytes / word
};

static void by_loop(
    float *restrict scores, const uint8_t *restrict rows, const float *restrict scales, size_t count,
    size_t chunks, const int8_t *restrict query, int32_t offset) {
  for (size_t first = 0; first < count; first += rows_at_once) {
    int32_t sums[rows_at_once] = {0};
    for (size_t line = 0; line < chunks * chunk_lines; line++, rows += line_bytes) {
      const int8_t *q = query + line / chunk_lines * chunk_values + line % chunk_lines * word;
      for (size_t row = 0; row < rows_at_once; row++)
        for (size_t i = 0; i < word; i++) {
          const int32_t byte = rows[row * word + i];
          sums[row] += (byte & 15) * q[i] + (byte >> 4) * q[chunk_bytes + i];
        }
    }
    for (size_t row = 0; row < rows_at_once; row++)
      scores[first + row] = scales[first + row] * (float)(2 * sums[row] - offset);
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

#define AVX2 __attribute__((target("avx2")))

// The products of numbers up to 15 and 127 are added as 16-bit numbers: those of four lines are at most
// 30,480.
AVX2 static inline __attribute__((always_inline)) void sixteen_by_avx2(
    float *scores, const uint8_t *rows, const float *scales, size_t chunks, const int8_t *query,
    int32_t offset) {
  const __m256i low = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
  __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
  for (size_t chunk = 0; chunk < chunks; chunk++, query += chunk_values) {
    for (size_t four = 0; four < chunk_lines; four += 4) {
      __m256i products[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
      UNROLLED
      for (size_t line = four; line < four + 4; line++, rows += line_bytes) {
        const __m256i lows = _mm256_set1_epi32(word_at(query + line * word));
        const __m256i highs = _mm256_set1_epi32(word_at(query + chunk_bytes + line * word));
        UNROLLED
        for (size_t half = 0; half < 2; half++) {
          const __m256i v = _mm256_loadu_si256((const __m256i *)(rows + 32 * half));
          products[half] = _mm256_add_epi16(
              _mm256_add_epi16(
                  products[half], _mm256_maddubs_epi16(_mm256_and_si256(v, low), lows)),
              _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(v, 4), low), highs));
        }
      }
      UNROLLED
      for (size_t half = 0; half < 2; half++)
        sums[half] = _mm256_add_epi32(sums[half], _mm256_madd_epi16(products[half], ones));
    }
  }
  UNROLLED
  for (size_t half = 0; half < 2; half++) {
    const __m256i totals =
        _mm256_sub_epi32(_mm256_slli_epi32(sums[half], 1), _mm256_set1_epi32(offset));
    _mm256_storeu_ps(
        scores + 8 * half,
        _mm256_mul_ps(_mm256_loadu_ps(scales + 8 * half), _mm256_cvtepi32_ps(totals)));
  }
}

// Where this is the best way, arithmetic takes about as long as memory, and the processor looks too few
// lines ahead: asking for the rows of the next turn saved a sixth of the time.
AVX2 static inline __attribute__((always_inline)) void all_by_avx2(
    float *scores, const uint8_t *rows, const float *scales, size_t count, size_t chunks,
    const int8_t *query, int32_t offset) {
  const size_t turn = rows_at_once * chunks * chunk_bytes;
  for (size_t row = 0; row < count; row += rows_at_once) {
    if (row + rows_at_once < count)
      for (size_t i = 0; i < turn; i += 64)
        _mm_prefetch((const char *)rows + turn + i, _MM_HINT_NTA);
    sixteen_by_avx2(scores + row, rows, scales + row, chunks, query, offset);
    rows += turn;
  }
}

AVX2 static void by_avx2(
    float *scores, const uint8_t *rows, const float *scales, size_t count, size_t chunks,
    const int8_t *query, int32_t offset) {
  if (chunks == 2)  // The usual dimension, 256: the compiler unrolls.
    all_by_avx2(scores, rows, scales, count, 2, query, offset);
  else
    all_by_avx2(scores, rows, scales, count, chunks, query, offset);
}

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

// High halves stay where they are and count sixteenfold until the end. Every second line has sums of its
// own, so that the processor need not wait for the last one. Memory is read strictly in order and not
// prefetched by hand: everything else took twice as long.
VNNI static inline __attribute__((always_inline)) void sixteen_by_vnni(
    float *scores, const uint8_t *rows, const float *scales, size_t chunks, const int8_t *query,
    int32_t offset) {
  const __m512i low = _mm512_set1_epi8(15), high = _mm512_set1_epi8((char)0xf0);
  __m512i lows[2], highs[2];
  for (int i = 0; i < 2; i++) lows[i] = highs[i] = _mm512_setzero_si512();
  for (size_t chunk = 0; chunk < chunks; chunk++, query += chunk_values) {
    UNROLLED
    for (size_t line = 0; line < chunk_lines; line++, rows += line_bytes) {
      const __m512i v = _mm512_loadu_si512((const void *)rows);
      const int8_t *q = query + line * word;
      lows[line % 2] = _mm512_dpbusd_epi32(
          lows[line % 2], _mm512_and_si512(v, low), _mm512_set1_epi32(word_at(q)));
      highs[line % 2] = _mm512_dpbusd_epi32(
          highs[line % 2], _mm512_and_si512(v, high), _mm512_set1_epi32(word_at(q + chunk_bytes)));
    }
  }
  const __m512i sums = _mm512_add_epi32(
      _mm512_add_epi32(lows[0], lows[1]),
      _mm512_srai_epi32(_mm512_add_epi32(highs[0], highs[1]), 4));
  const __m512i totals = _mm512_sub_epi32(_mm512_slli_epi32(sums, 1), _mm512_set1_epi32(offset));
  _mm512_storeu_ps(scores, _mm512_mul_ps(_mm512_loadu_ps(scales), _mm512_cvtepi32_ps(totals)));
}

VNNI static void by_vnni(
    float *scores, const uint8_t *rows, const float *scales, size_t count, size_t chunks,
    const int8_t *query, int32_t offset) {
  if (chunks == 2) {  // The usual dimension, 256: the compiler unrolls.
    for (size_t row = 0; row < count; row += rows_at_once)
      sixteen_by_vnni(
          scores + row, rows + row * 2 * chunk_bytes, scales + row, 2, query, offset);
  } else {
    for (size_t row = 0; row < count; row += rows_at_once)
      sixteen_by_vnni(
          scores + row, rows + row * chunks * chunk_bytes, scales + row, chunks, query, offset);
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

static int32_t offset_of(const int8_t *query, size_t chunks) {
  int32_t offset = 0;
  for (size_t i = 0; i < chunks * chunk_values; i++) offset += 15 * query[i];
  return offset;
}

static void scan(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const float *scales, size_t count,
    size_t chunks, const int8_t *query, int32_t offset) {
#if defined(__x86_64__)
  switch (path) {
    case cvk_scan_vnni:
      by_vnni(scores, rows, scales, count, chunks, query, offset);
      return;
    case cvk_scan_avx2:
      by_avx2(scores, rows, scales, count, chunks, query, offset);
      return;
    case cvk_scan_portable:
      break;
  }
#endif
  by_loop(scores, rows, scales, count, chunks, query, offset);
}

void cvk_scan_halves(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const float *scales, size_t count,
    size_t chunks, const int8_t *query) {
  scan(path, scores, rows, scales, count, chunks, query, offset_of(query, chunks));
}

DISPATCHED void cvk_scan_halves_among(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const float *scales, size_t count,
    size_t chunks, const int8_t *query, const uint16_t *allowed) {
  const int32_t offset = offset_of(query, chunks);
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
        path, scores + first, rows + first * chunks * chunk_bytes, scales + first,
        group * rows_at_once - first, chunks, query, offset);
    for (size_t done = first / rows_at_once; done < group; done++) {
      const uint32_t bits = allowed[done];
      float *sixteen = scores + done * rows_at_once;
      for (uint32_t i = 0; i < rows_at_once; i++) sixteen[i] = bits >> i & 1 ? sixteen[i] : NAN;
    }
  }
}

DISPATCHED size_t cvk_places_of(
    const float *restrict scores, size_t count, float threshold, uint32_t *restrict places) {
  size_t found = 0;
  for (size_t start = 0; start < count; start += 64) {
    const size_t end = start + 64 < count ? start + 64 : count;
    // Hardly any run of 64 has one, so it is first asked all at once.
    int any = 0;
    for (size_t i = start; i < end; i++) any |= scores[i] >= threshold;
    if (!any) continue;
    for (size_t i = start; i < end; i++) {
      places[found] = (uint32_t)i;
      found += scores[i] >= threshold;
    }
  }
  return found;
}

static inline int32_t level_of(float value, float half) {
  const float place = value * half + 8;  // Cut off, it is the nearest level.
  return place < 0 ? 0 : place > 15 ? 15 : (int32_t)place;
}

// The part of the squared length that sixteen levels catch, and the scale that fits them best.
static inline __attribute__((always_inline)) float fit(
    const float *restrict values, size_t count, float scale, float *restrict fitted) {
  float products = 0, squares = 0;
  const float half = 0.5f / scale;
  for (size_t i = 0; i < count; i++) {
    const float number = (float)(2 * level_of(values[i], half) - 15);
    products += number * values[i];
    squares += number * number;
  }
  *fitted = products / squares;
  return products * products / squares;
}

// Where a row has byte `i` of its bytes, the same for number i and number 64 + i of a chunk.
static inline uint8_t *byte_of(uint8_t *rows, size_t row, size_t chunks, size_t i) {
  rows += row / rows_at_once * rows_at_once * chunks * chunk_bytes;
  return rows + i / word * line_bytes + row % rows_at_once * word + i % word;
}

DISPATCHED float cvk_halve(
    uint8_t *restrict rows, size_t row, const float *restrict values, size_t dimension) {
  const size_t chunks = (dimension + chunk_values - 1) / chunk_values;
  for (size_t i = 0; i < chunks * chunk_bytes; i++) *byte_of(rows, row, chunks, i) = 0x77;
  float square = 0;
  for (size_t i = 0; i < dimension; i++) square += values[i] * values[i];
  if (!(square > 0)) return 0;
  // Half a step in deviations: 0.168 is best for normal values (Max 1960, the uniform quantiser of
  // sixteen levels), more where a few values stand out.
  static const float steps[] = {0.14f, 0.168f, 0.2f, 0.25f, 0.35f};
  const float deviation = sqrtf(square / (float)dimension);
  float best = -1, scale = 0, half = 0;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    float fitted;
    const float caught = fit(values, dimension, steps[i] * deviation, &fitted);
    if (caught > best) {
      best = caught;
      scale = fitted;
      half = 0.5f / (steps[i] * deviation);
    }
  }
  for (size_t i = 0; i < dimension; i++) {
    uint8_t *byte =
        byte_of(rows, row, chunks, i / chunk_values * chunk_bytes + i % chunk_bytes);
    const uint8_t level = (uint8_t)level_of(values[i], half);
    *byte = i % chunk_values < chunk_bytes ? (uint8_t)((*byte & 0xf0) | level)
                                           : (uint8_t)((*byte & 0x0f) | (level << 4));
  }
  return scale;
}
