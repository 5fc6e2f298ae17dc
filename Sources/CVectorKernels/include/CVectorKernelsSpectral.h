// Loops over spectra.
//
// Spectra are handled in blocks of CVK_LANES frames, turned so that the same bin of all frames lies
// together: block[bin * CVK_LANES + lane]. Each frame then has a lane of its own, sums run in the
// order of the bins, and no result depends on the processor's vector width but by fused rounding.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Frames in a block.
#define CVK_LANES 16

/// out[i] = a[i] * b[i].
void cvk_multiply(float *out, const float *a, const float *b, size_t count);

/// Turns the transform of `half` complex numbers, made of 2 * half real samples taken in pairs, into the
/// first half + 1 numbers of the samples' own transform, in place. `cosines` and `sines` are of
/// 2 pi k / (2 half) for k from 0 to half / 2.
void cvk_unpack_real(float *spectrum, const float *cosines, const float *sines, size_t half);

/// out[i] = real part squared + imaginary part squared of the i-th of `count` complex numbers.
void cvk_power(float *out, const float *complex, size_t count);

/// out[i] = square root of in[i].
void cvk_square_root(float *out, const float *in, size_t count);

/// out[i] = scale * log10(max(in[i], minimum)); `minimum` must be a normal positive number. `out` may be
/// `in`.
void cvk_log10(float *out, const float *in, float minimum, float scale, size_t count);

/// The largest of `count` >= 1 numbers.
float cvk_maximum(const float *x, size_t count);

/// x[i] = max(x[i], floor) + offset.
void cvk_raise_and_shift(float *x, float floor, float offset, size_t count);

/// Turns up to CVK_LANES rows of `count` numbers, `stride` apart, into a block; lanes without a row
/// are zero.
void cvk_rows_to_lanes(float *block, const float *rows, size_t stride, size_t row_count, size_t count);

/// Turns a block of `count` bins back into rows.
void cvk_lanes_to_rows(float *rows, size_t stride, size_t row_count, const float *block, size_t count);

/// For each band: the sum of weight * bin over `counts[band]` bins from `starts[band]` on. The weights
/// of all bands follow one another. `out` is a block of `band_count` rows.
void cvk_lane_bands(float *out, const float *block, const int32_t *starts, const int32_t *counts,
                    const float *weights, size_t band_count);

/// Three blocks of one row: the sum of the bins, the mean of `frequencies` weighted by the bins, and
/// the root of the weighted mean square distance from that mean. A frame of zeros gives zeros.
void cvk_lane_moments(float *sum, float *mean, float *deviation, const float *block,
                      const float *frequencies, size_t count);

/// The number of bins whose running sum is less than `share` of the whole sum.
void cvk_lane_rolloff(float *index, const float *block, float share, size_t count);

/// The mean natural logarithm and the mean of max(bin, minimum).
void cvk_lane_log_means(float *log_mean, float *mean, const float *block, float minimum, size_t count);

/// Means of the `chosen` smallest and the `chosen` largest of `count` bins (of their square roots if
/// `roots`). `scratch` has room for `chosen` rows.
void cvk_lane_extremes(float *smallest, float *largest, const float *block, size_t count, size_t chosen,
                       bool roots, float *scratch);

/// out (rows x columns) = a (rows x inner, `a_stride` apart) * b (inner x columns). `columns` is a
/// multiple of CVK_LANES.
void cvk_matrix_product(float *out, const float *a, size_t a_stride, const float *b, size_t rows,
                        size_t inner, size_t columns);
