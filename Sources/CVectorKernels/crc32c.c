#include "CVectorKernels.h"

#include <stdbool.h>
#include <string.h>

// Polynomial 0x1EDC6F41, bits reversed.
#define POLYNOMIAL 0x82F63B78u

static uint32_t table[256];

// What is summed at once in each of three lanes: 2^10 bytes.
#define LANE_BITS_LOG 13
#define LANE ((size_t)1 << (LANE_BITS_LOG - 3))

// The sum with each byte of it, after a lane of zeros.
static uint32_t after_lane[4][256];

// The columns of a map of sums to sums, which is linear over single bits, by a sum.
static uint32_t mapped(const uint32_t map[32], uint32_t sum) {
  uint32_t result = 0;
  for (int bit = 0; sum; bit++, sum >>= 1) result ^= sum & 1 ? map[bit] : 0;
  return result;
}

__attribute__((constructor)) static void fill_tables(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (value & 1 ? POLYNOMIAL : 0);
    table[i] = value;
  }
  // One zero bit, then twice as many with each round.
  uint32_t map[32] = {POLYNOMIAL};
  for (int bit = 1; bit < 32; bit++) map[bit] = 1u << (bit - 1);
  for (int round = 0; round < LANE_BITS_LOG; round++) {
    uint32_t twice[32];
    for (int bit = 0; bit < 32; bit++) twice[bit] = mapped(map, map[bit]);
    memcpy(map, twice, sizeof map);
  }
  // Each from the one without its lowest bit.
  for (int byte = 0; byte < 4; byte++)
    for (uint32_t i = 1; i < 256; i++)
      after_lane[byte][i] = after_lane[byte][i & (i - 1)] ^ map[8 * byte + __builtin_ctz(i)];
}

static inline uint32_t shifted(uint32_t sum) {
  return after_lane[0][sum & 0xFF] ^ after_lane[1][sum >> 8 & 0xFF] ^ after_lane[2][sum >> 16 & 0xFF] ^
         after_lane[3][sum >> 24];
}

static uint32_t by_table(uint32_t crc, const unsigned char *bytes, size_t count) {
  while (count--) crc = (crc >> 8) ^ table[(crc ^ *bytes++) & 0xFF];
  return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(
    uint32_t crc, const unsigned char *bytes, size_t count) {
  // The instruction takes three cycles, but one can begin in each.
  for (; count >= 3 * LANE; count -= 3 * LANE, bytes += 3 * LANE) {
    uint64_t a = crc, b = 0, c = 0;
    for (size_t place = 0; place < LANE; place += 8) {
      uint64_t words[3];
      for (int i = 0; i < 3; i++) memcpy(&words[i], bytes + i * LANE + place, 8);
      a = _mm_crc32_u64(a, words[0]);
      b = _mm_crc32_u64(b, words[1]);
      c = _mm_crc32_u64(c, words[2]);
    }
    crc = shifted(shifted((uint32_t)a) ^ (uint32_t)b) ^ (uint32_t)c;
  }
  uint64_t wide = crc;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = (uint32_t)wide;
  while (count--) crc = _mm_crc32_u8(crc, *bytes++);
  return crc;
}

__attribute__((target("sse4.2"))) static void four_by_instruction(
    uint32_t crc[4], const unsigned char *bytes, size_t lane) {
  uint64_t a = ~0u, b = ~0u, c = ~0u, d = ~0u;
  for (size_t place = 0; place < lane; place += 8) {
    uint64_t words[4];
    for (int i = 0; i < 4; i++) memcpy(&words[i], bytes + i * lane + place, 8);
    a = _mm_crc32_u64(a, words[0]);
    b = _mm_crc32_u64(b, words[1]);
    c = _mm_crc32_u64(c, words[2]);
    d = _mm_crc32_u64(d, words[3]);
  }
  crc[0] = ~(uint32_t)a;
  crc[1] = ~(uint32_t)b;
  crc[2] = ~(uint32_t)c;
  crc[3] = ~(uint32_t)d;
}
#endif

void cvk_crc32c_four(uint32_t crc[4], const void *bytes, size_t lane) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) {
    four_by_instruction(crc, bytes, lane);
    return;
  }
#endif
  for (int i = 0; i < 4; i++) crc[i] = ~by_table(~0u, (const unsigned char *)bytes + i * lane, lane);
}

uint32_t cvk_crc32c(uint32_t crc, const void *bytes, size_t count) {
  crc = ~crc;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return ~by_instruction(crc, bytes, count);
#endif
  return ~by_table(crc, bytes, count);
}
