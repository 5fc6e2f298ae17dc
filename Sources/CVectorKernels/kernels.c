#include "CVectorKernels.h"

#include "dispatch.h"

DISPATCHED float cvk_dot(const float *a, const float *b, size_t count) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

DISPATCHED void cvk_add_scaled(float *restrict y, const float *restrict x, float scale, size_t count) {
#pragma clang fp contract(fast)
  for (size_t i = 0; i < count; i++) y[i] += scale * x[i];
}
