#include "CVectorKernels.h"

#include <stdbool.h>
#include <string.h>

// Polynomial 0x1EDC6F41, bits reversed.
#define POLYNOMIAL 0x82F63B78u

static uint32_t table[256];

__attribute__((constructor)) static void fill_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (value & 1 ? POLYNOMIAL : 0);
    table[i] = value;
  }
}

static uint32_t by_table(uint32_t crc, const unsigned char *bytes, size_t count) {
  while (count--) crc = (crc >> 8) ^ table[(crc ^ *bytes++) & 0xFF];
  return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(
    uint32_t crc, const unsigned char *bytes, size_t count) {
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
