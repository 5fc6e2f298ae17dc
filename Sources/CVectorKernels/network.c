#include "CVectorKernels.h"

#include "dispatch.h"

#include <string.h>

// Rows that are summed in single precision before they go into a sum in double precision: few enough
// that they stay in the processor's nearest cache for the second look at them.
#define BLOCK 64

static inline float rectified(float x, bool rectify) { return rectify && x < 0 ? 0 : x; }

static inline __attribute__((always_inline)) void moments(
    const float *restrict x, size_t rows, size_t channels, bool rectify, double *restrict mean,
    double *restrict squares, float *restrict room) {
#pragma clang fp contract(fast)
  float *restrict sum = room, *restrict spread = room + channels;
  memset(mean, 0, channels * sizeof *mean);
  memset(squares, 0, channels * sizeof *squares);
  // Blocks are joined as Chan, Golub and LeVeque (1979) do: exact where the mean is large.
  for (size_t first = 0; first < rows; first += BLOCK) {
    const size_t end = first + BLOCK < rows ? first + BLOCK : rows;
    const float in_block = (float)(end - first);
    memset(room, 0, 2 * channels * sizeof *room);
    for (size_t row = first; row < end; row++)
      for (size_t c = 0; c < channels; c++) sum[c] += rectified(x[row * channels + c], rectify);
    for (size_t c = 0; c < channels; c++) sum[c] /= in_block;
    for (size_t row = first; row < end; row++) {
      for (size_t c = 0; c < channels; c++) {
        const float deviation = rectified(x[row * channels + c], rectify) - sum[c];
        spread[c] += deviation * deviation;
      }
    }
    const double share = (double)(end - first) / (double)end;
    for (size_t c = 0; c < channels; c++) {
      const double difference = (double)sum[c] - mean[c];
      mean[c] += difference * share;
      squares[c] += (double)spread[c] + difference * difference * (double)first * share;
    }
  }
}

DISPATCHED void cvk_channel_moments(
    const float *x, size_t rows, size_t channels, bool rectify, double *mean, double *squares,
    float *room) {
  if (rectify) moments(x, rows, channels, true, mean, squares, room);
  else moments(x, rows, channels, false, mean, squares, room);
}

static inline __attribute__((always_inline)) void scale_shift(
    float *restrict y, const float *restrict x, size_t rows, size_t channels, bool rectify,
    const float *restrict factors, const float *restrict offsets) {
#pragma clang fp contract(fast)
  for (size_t row = 0; row < rows; row++)
    for (size_t c = 0; c < channels; c++)
      y[row * channels + c] = rectified(x[row * channels + c], rectify) * factors[c] + offsets[c];
}

DISPATCHED void cvk_channel_scale(
    float *y, const float *x, size_t rows, size_t channels, bool rectify, const float *factors,
    const float *offsets) {
  if (rectify) scale_shift(y, x, rows, channels, true, factors, offsets);
  else scale_shift(y, x, rows, channels, false, factors, offsets);
}

static inline __attribute__((always_inline)) void gradient_sums(
    const float *restrict x, const float *restrict dy, size_t rows, size_t channels, bool rectify,
    const float *restrict mean, double *restrict products, double *restrict plain,
    float *restrict room) {
#pragma clang fp contract(fast)
  memset(products, 0, channels * sizeof *products);
  memset(plain, 0, channels * sizeof *plain);
  float *restrict product = room, *restrict sum = room + channels;
  for (size_t first = 0; first < rows; first += BLOCK) {
    const size_t end = first + BLOCK < rows ? first + BLOCK : rows;
    memset(room, 0, 2 * channels * sizeof *room);
    for (size_t row = first; row < end; row++) {
      for (size_t c = 0; c < channels; c++) {
        const float gradient = dy[row * channels + c];
        sum[c] += gradient;
        product[c] += gradient * (rectified(x[row * channels + c], rectify) - mean[c]);
      }
    }
    for (size_t c = 0; c < channels; c++) {
      plain[c] += (double)sum[c];
      products[c] += (double)product[c];
    }
  }
}

DISPATCHED void cvk_channel_gradient_sums(
    const float *x, const float *dy, size_t rows, size_t channels, bool rectify, const float *mean,
    double *products, double *plain, float *room) {
  if (rectify) gradient_sums(x, dy, rows, channels, true, mean, products, plain, room);
  else gradient_sums(x, dy, rows, channels, false, mean, products, plain, room);
}

static inline __attribute__((always_inline)) void gradient(
    float *restrict dx, const float *restrict x, const float *restrict dy, size_t rows,
    size_t channels, bool rectify, const float *restrict a, const float *restrict b,
    const float *restrict c) {
#pragma clang fp contract(fast)
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < channels; i++) {
      const float in = x[row * channels + i];
      const float through = a[i] * dy[row * channels + i] + b[i] * rectified(in, rectify) + c[i];
      dx[row * channels + i] = rectify && in <= 0 ? 0 : through;
    }
  }
}

DISPATCHED void cvk_channel_gradient(
    float *dx, const float *x, const float *dy, size_t rows, size_t channels, bool rectify,
    const float *a, const float *b, const float *c) {
  if (rectify) gradient(dx, x, dy, rows, channels, true, a, b, c);
  else gradient(dx, x, dy, rows, channels, false, a, b, c);
}

DISPATCHED void cvk_rectify(float *restrict y, const float *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = rectified(x[i], true);
}

DISPATCHED void cvk_rectify_gradient(
    float *restrict dx, const float *restrict y, const float *restrict dy, size_t count) {
  for (size_t i = 0; i < count; i++) dx[i] = y[i] <= 0 ? 0 : dy[i];
}

DISPATCHED void cvk_adam(
    float *restrict w, const float *restrict gradient, float *restrict mean, float *restrict square,
    size_t count, const cvk_adam_step *step) {
  const float kept1 = step->mean_kept, kept2 = step->square_kept, rate = step->rate;
  const float correction = step->correction, epsilon = step->epsilon;
  const float in_gradient = step->decay_in_gradient, shorten = step->shorten;
  for (size_t i = 0; i < count; i++) {
    const float g = gradient[i] + in_gradient * w[i];
    const float m = kept1 * mean[i] + (1 - kept1) * g;
    const float s = kept2 * square[i] + (1 - kept2) * g * g;
    mean[i] = m;
    square[i] = s;
    w[i] = shorten * w[i] - rate * m / (__builtin_elementwise_sqrt(s) * correction + epsilon);
  }
}

DISPATCHED void cvk_transposed_row(
    float *restrict y, size_t count, const float *restrict image, cvk_image size,
    const float *restrict weights, size_t kernel_height, size_t kernel_width, size_t row,
    size_t before, float bias) {
#pragma clang fp reassociate(on) contract(fast)
  for (size_t x = 0; x < count; x++) {
    // The places of the image, and of the turned kernel, from `first` up to `end`.
    const size_t last = x + before;
    const size_t first = last + 1 > kernel_width ? last + 1 - kernel_width : 0;
    const size_t end = last + 1 < size.width ? last + 1 : size.width;
    const size_t skipped = first + kernel_width - last - 1;
    float sum = 0;
    for (size_t i = 0; i < kernel_height && first < end; i++) {
      if (row < i || row - i >= size.height) continue;
      const float *restrict from = image + ((row - i) * size.width + first) * size.channels;
      const float *restrict by = weights + (i * kernel_width + skipped) * size.channels;
      for (size_t c = 0; c < (end - first) * size.channels; c++) sum += from[c] * by[c];
    }
    y[x] = sum + bias;
  }
}

// Rows that are computed together, and outputs: sums that fit into the processor's registers.
enum { ROWS = 6, OUTPUTS = 16 };

static inline __attribute__((always_inline)) void sequence_block(
    const float *restrict input, size_t step, size_t rows, size_t window,
    const float *restrict weights, float sums[ROWS][OUTPUTS]) {
#pragma clang fp contract(fast)
  memset(sums, 0, rows * sizeof sums[0]);
  for (size_t i = 0; i < window; i++)
    for (size_t row = 0; row < rows; row++)
      for (size_t o = 0; o < OUTPUTS; o++)
        sums[row][o] += input[row * step + i] * weights[i * OUTPUTS + o];
}

void cvk_pack_sequence_weights(
    float *packed, const float *weights, const float *factors, size_t outputs, size_t inputs,
    size_t kernel) {
  // Written in order, read from sixteen places: the other way around each number would go to a cache
  // line of its own.
  for (size_t block = 0; block < outputs; block += 16) {
    for (size_t step = 0; step < kernel; step++) {
      for (size_t input = 0; input < inputs; input++) {
        for (size_t lane = 0; lane < 16; lane++) {
          size_t output = block + lane;
          *packed++ = weights[(output * inputs + input) * kernel + step] * factors[output];
        }
      }
    }
  }
}

DISPATCHED void cvk_convolve_sequence(
    float *restrict output, size_t count, size_t outputs, const float *restrict input, size_t step,
    size_t window, const float *restrict weights, const float *restrict bias) {
  for (size_t start = 0; start < outputs; start += OUTPUTS) {
    const float *restrict group = weights + start * window;
    for (size_t first = 0; first < count; first += ROWS) {
      const size_t rows = first + ROWS <= count ? ROWS : count - first;
      float sums[ROWS][OUTPUTS];
      if (rows == ROWS) sequence_block(input + first * step, step, ROWS, window, group, sums);
      else sequence_block(input + first * step, step, rows, window, group, sums);
      for (size_t row = 0; row < rows; row++) {
        for (size_t o = 0; o < OUTPUTS; o++) {
          const float sum = sums[row][o] + bias[start + o];
          output[(first + row) * outputs + start + o] = sum > 0 ? sum : 0;
        }
      }
    }
  }
}
