#include "CVectorKernels.h"

#include "dispatch.h"

#include <math.h>
#include <string.h>

DISPATCHED void cvk_column_statistics(
    const float *restrict values, size_t rows, size_t columns, float *restrict mean,
    float *restrict deviation, float *restrict step_deviation) {
  memset(mean, 0, columns * sizeof *mean);
  memset(deviation, 0, columns * sizeof *deviation);
  memset(step_deviation, 0, columns * sizeof *step_deviation);
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < columns; i++) mean[i] += values[row * columns + i];
  for (size_t i = 0; i < columns; i++) mean[i] /= (float)rows;
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < columns; i++) {
      const float centred = values[row * columns + i] - mean[i];
      deviation[i] += centred * centred;
    }
  }
  for (size_t i = 0; i < columns; i++) deviation[i] = sqrtf(deviation[i] / (float)rows);
  if (rows < 2) return;
  const float steps = (float)(rows - 1);
  for (size_t row = 1; row < rows; row++) {
    for (size_t i = 0; i < columns; i++) {
      // All steps together lead from the first row to the last, which gives their mean.
      const float drift = (values[(rows - 1) * columns + i] - values[i]) / steps;
      const float step = values[row * columns + i] - values[(row - 1) * columns + i] - drift;
      step_deviation[i] += step * step;
    }
  }
  for (size_t i = 0; i < columns; i++) step_deviation[i] = sqrtf(step_deviation[i] / steps);
}

DISPATCHED void cvk_scatter(
    const float *restrict values, size_t rows, size_t columns, const float *restrict mean,
    float *restrict sums) {
#pragma clang fp contract(fast)
  memset(sums, 0, columns * columns * sizeof *sums);
  for (size_t row = 0; row < rows; row++) {
    const float *restrict from = values + row * columns;
    for (size_t i = 0; i < columns; i++) {
      const float factor = from[i] - mean[i];
      float *restrict to = sums + i * columns;
      for (size_t j = 0; j < columns; j++) to[j] += factor * (from[j] - mean[j]);
    }
  }
}
