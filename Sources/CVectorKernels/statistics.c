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

DISPATCHED void cvk_column_third_moment(
    const float *restrict values, size_t rows, size_t columns, const float *restrict mean,
    float *restrict third) {
  memset(third, 0, columns * sizeof *third);
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < columns; i++) {
      const float centred = values[row * columns + i] - mean[i];
      third[i] += centred * centred * centred;
    }
  }
  for (size_t i = 0; i < columns; i++) third[i] /= (float)rows;
}

DISPATCHED void cvk_step_moments(
    const float *restrict values, size_t rows, size_t columns, size_t lag,
    float *restrict deviation, float *restrict third, float *restrict fourth) {
  memset(deviation, 0, columns * sizeof *deviation);
  memset(third, 0, columns * sizeof *third);
  memset(fourth, 0, columns * sizeof *fourth);
  const float steps = (float)(rows - lag);
  for (size_t row = lag; row < rows; row++) {
    for (size_t i = 0; i < columns; i++) {
      const float step = values[row * columns + i] - values[(row - lag) * columns + i];
      const float square = step * step;
      deviation[i] += square;
      third[i] += square * step;
      fourth[i] += square * square;
    }
  }
  for (size_t i = 0; i < columns; i++) {
    // All steps together lead from the first rows to the last, which gives their mean.
    float drift = 0;
    for (size_t row = 0; row < lag; row++)
      drift += values[(rows - lag + row) * columns + i] - values[row * columns + i];
    drift /= steps;
    const float variance = deviation[i] / steps - drift * drift;
    deviation[i] = sqrtf(variance > 0 ? variance : 0);
    third[i] /= steps;
    fourth[i] /= steps;
  }
}

// Halves the range in which the value lies until it is a millionth of it: quicker than
// sorting, because all columns are counted at once.
DISPATCHED void cvk_column_quantile(
    const float *restrict values, size_t rows, size_t columns, size_t stride, size_t rank, float low,
    float high, float *restrict result) {
  enum { width = 64, halvings = 20 };
  for (size_t start = 0; start < columns; start += width) {
    const size_t count = start + width < columns ? width : columns - start;
    float lower[width], upper[width];
    for (size_t i = 0; i < count; i++) {
      lower[i] = low;
      upper[i] = high;
    }
    for (int round = 0; round < halvings; round++) {
      float middle[width];
      int32_t reached[width];
      for (size_t i = 0; i < count; i++) {
        middle[i] = 0.5f * (lower[i] + upper[i]);
        reached[i] = 0;
      }
      for (size_t row = 0; row < rows; row++) {
        const float *from = values + row * stride * columns + start;
        for (size_t i = 0; i < count; i++) reached[i] += from[i] <= middle[i];
      }
      for (size_t i = 0; i < count; i++) {
        if ((size_t)reached[i] > rank)
          upper[i] = middle[i];
        else
          lower[i] = middle[i];
      }
    }
    for (size_t i = 0; i < count; i++) result[start + i] = upper[i];
  }
}

DISPATCHED void cvk_mean_rise(
    const float *restrict values, size_t rows, size_t columns, float *restrict rises) {
  for (size_t row = 1; row < rows; row++) {
#pragma clang fp reassociate(on)
    float sum = 0;
    const float *to = values + row * columns, *from = to - columns;
    for (size_t i = 0; i < columns; i++) {
      const float step = to[i] - from[i];
      sum += step > 0 ? step : 0;
    }
    rises[row - 1] = sum / (float)columns;
  }
}

DISPATCHED void cvk_add_spread(
    const float *restrict rows, size_t count, size_t order, const float *restrict mean,
    double *restrict within, double *restrict between) {
#pragma clang fp contract(fast)
  for (size_t i = 0; i < order; i++) {
    double *restrict to = within + i * order, *restrict apart = between + i * order;
    for (size_t row = 0; row < count; row++) {
      const float *restrict from = rows + row * order;
      const double factor = from[i] - mean[i];
      for (size_t j = 0; j < order; j++) to[j] += factor * (double)(from[j] - mean[j]);
    }
    const double factor = (double)count * mean[i];
    for (size_t j = 0; j < order; j++) apart[j] += factor * mean[j];
  }
}
