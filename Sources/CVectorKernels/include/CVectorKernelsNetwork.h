// Loops over the activations of a network and over its weights.
//
// Activations are rows x channels, the channels of a place together. Where `rectify` is true, max(x, 0)
// stands for x, so that a rectifier before the step costs no pass of its own over memory.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// Of each channel over all rows: the mean, and the sum of the squared deviations from it. `rows` is at
/// least 1. `room` holds 2 * channels floats.
void cvk_channel_moments(
    const float *x, size_t rows, size_t channels, bool rectify, double *mean, double *squares,
    float *room);

/// y = x * factors[channel] + offsets[channel].
void cvk_channel_scale(
    float *y, const float *x, size_t rows, size_t channels, bool rectify, const float *factors,
    const float *offsets);

/// Of each channel over all rows: products = Σ dy * (x - mean[channel]), plain = Σ dy. `room` holds
/// 2 * channels floats.
void cvk_channel_gradient_sums(
    const float *x, const float *dy, size_t rows, size_t channels, bool rectify, const float *mean,
    double *products, double *plain, float *room);

/// dx = a[channel] * dy + b[channel] * x + c[channel], and 0 where a rectifier let nothing through.
void cvk_channel_gradient(
    float *dx, const float *x, const float *dy, size_t rows, size_t channels, bool rectify,
    const float *a, const float *b, const float *c);

/// y = max(x, 0).
void cvk_rectify(float *y, const float *x, size_t count);

/// dx = dy where y > 0, else 0.
void cvk_rectify_gradient(float *dx, const float *y, const float *dy, size_t count);

/// The numbers of a step of Adam.
typedef struct {
  float mean_kept, square_kept;
  /// The learning rate, corrected for averages that began at zero.
  float rate;
  /// What the root of the mean square is multiplied with to correct it.
  float correction;
  float epsilon;
  /// Decay that is added to the gradient, times the weight.
  float decay_in_gradient;
  /// What the weight is multiplied with first.
  float shorten;
} cvk_adam_step;

/// A step of Adam for `count` weights: moves w, mean and square.
void cvk_adam(
    float *w, const float *gradient, float *mean, float *square, size_t count,
    const cvk_adam_step *step);

/// The sizes of an image whose channels lie together.
typedef struct {
  size_t height, width, channels;
} cvk_image;

/// A row of a transposed convolution with stride 1 to one channel:
/// y[x] = bias + Σ over i, j, c of image[row - i][x + before - j][c] * weights[i][width - 1 - j][c], as far
/// as these places are in the image. The kernel has kernel_height x kernel_width places.
void cvk_transposed_row(
    float *y, size_t count, const float *image, cvk_image size, const float *weights,
    size_t kernel_height, size_t kernel_width, size_t row, size_t before, float bias);

/// Weights (outputs, inputs, kernel), times a factor for each output, as cvk_convolve_sequence wants
/// them: (outputs / 16, kernel, inputs, 16).
void cvk_pack_sequence_weights(
    float *packed, const float *weights, const float *factors, size_t outputs, size_t inputs,
    size_t kernel);

/// A convolution along a sequence, and a rectifier: output[t][o] = max(0, bias[o] + Σ over i of
/// input[t * step + i] * weights[o / 16][i][o % 16]), for t in 0..<count, i in 0..<window; outputs a
/// multiple of 16. With channels last, a window of the kernel's length times the channels lies together.
void cvk_convolve_sequence(
    float *output, size_t count, size_t outputs, const float *input, size_t step, size_t window,
    const float *weights, const float *bias);
