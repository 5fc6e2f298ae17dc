#include "CVectorKernels.h"

#include "dispatch.h"

#include <math.h>
#include <string.h>

static inline uint64_t next_number(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// x to the power y for x > 0, to 1e-6 or so: 2 to the power y · log2(x), each by a polynomial.
static inline float power(float x, float y) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  // A mantissa from √½ to √2.
  const int32_t exponent = (int32_t)(bits - 0x3f3504f3) >> 23;
  bits -= (uint32_t)exponent << 23;
  float m;
  memcpy(&m, &bits, sizeof m);
  const float t = (m - 1) / (m + 1), s = t * t;
  const float logarithm =
      (float)exponent +
      t * (2.885390082f + s * (0.961796694f + s * (0.577078016f + s * (0.412198583f + s * 0.32f))));
  float z = y * logarithm;
  z = z < -126 ? -126 : z > 127 ? 127 : z;
  const float whole = floorf(z), rest = z - whole;
  const float fraction =
      1 + rest * (0.693147181f +
                  rest * (0.240226507f +
                          rest * (0.0555041087f +
                                  rest * (0.00961812911f +
                                          rest * (0.00133335581f + rest * 0.000154353139f)))));
  const uint32_t scale = (uint32_t)((int32_t)whole + 127) << 23;
  float factor;
  memcpy(&factor, &scale, sizeof factor);
  return factor * fraction;
}

// Each edge of a map is there from both ends, and in the paper either end moves for each. A vector that is put
// on a map is bound as those are, so that it comes to rest among them.
static const float pulls = 2;

static inline float limited(float step) { return step > 4 ? 4 : step < -4 ? -4 : step; }

DISPATCHED void cvk_layout_epoch(
    const struct cvk_layout *layout, const float *restrict fixed, const float *restrict positions,
    float *restrict moved, size_t first, size_t last, float *restrict due,
    float *restrict negative_due, float epoch, float rate, uint64_t seed) {
  const size_t dimensions = layout->dimensions;
  const float a = layout->a, b = layout->b;
  for (size_t vertex = first; vertex < last; vertex++) {
    // What is put on a map that stays does not mind what else is put there.
    uint64_t random = seed ^ (layout->is_same ? vertex * 0xd1b54a32d192ed03u : 0);
    next_number(&random);
    float own[3] = {0, 0, 0};
    for (size_t i = 0; i < dimensions; i++) own[i] = positions[vertex * dimensions + i];
    for (size_t edge = layout->starts[vertex]; edge < layout->starts[vertex + 1]; edge++) {
      if (due[edge] > epoch) continue;
      const float *other = fixed + layout->targets[edge] * dimensions;
      float square = 0;
      for (size_t i = 0; i < dimensions; i++)
        square += (own[i] - other[i]) * (own[i] - other[i]);
      if (square > 0) {
        const float raised = power(square, b);
        const float pull = -2 * a * b * raised / (square * (a * raised + 1));
        for (size_t i = 0; i < dimensions; i++)
          own[i] += rate * pulls * limited(pull * (own[i] - other[i]));
      }
      const float period = layout->periods[edge], negative = period / layout->negative_rate;
      due[edge] += period;
      const size_t count = (size_t)((epoch - negative_due[edge]) / negative);
      for (size_t sample = 0; sample < count; sample++) {
        const size_t stranger =
            (size_t)(((unsigned __int128)next_number(&random) * layout->fixed_count) >> 64);
        if (layout->is_same && stranger == vertex) continue;
        other = fixed + stranger * dimensions;
        square = 0;
        for (size_t i = 0; i < dimensions; i++)
          square += (own[i] - other[i]) * (own[i] - other[i]);
        if (!(square > 0)) continue;
        const float push = 2 * b / ((0.001f + square) * (a * power(square, b) + 1));
        for (size_t i = 0; i < dimensions; i++)
          own[i] += rate * limited(push * (own[i] - other[i]));
      }
      negative_due[edge] += (float)count * negative;
    }
    for (size_t i = 0; i < dimensions; i++) moved[vertex * dimensions + i] = own[i];
  }
}
