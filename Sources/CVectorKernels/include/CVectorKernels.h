// Loops over floats that are worth the processor's widest vector instructions.
//
// Each is compiled for several instruction sets; the loader picks one when the program starts.
// Sums are taken in an order of the compiler's choosing, so results agree between machines to
// rounding only.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "CVectorKernelsNetwork.h"
#include "CVectorKernelsSpectral.h"

/// Sum of a[i] * b[i].
float cvk_dot(const float *a, const float *b, size_t count);

/// y[i] += scale * x[i].
void cvk_add_scaled(float *y, const float *x, float scale, size_t count);

/// CRC-32C (Castagnoli, RFC 3720 section 12.1) of the bytes, continuing from `crc` (0 to start).
uint32_t cvk_crc32c(uint32_t crc, const void *bytes, size_t count);

/// scores[row] = scales[row] * Σ rows[row][i] * query[i], for `count` rows of `dimension` bytes.
/// The sum is exact: dimension * 127 * 127 must stay under 2^31, so dimension under 133,000.
void cvk_scan_int8(
    float *scores, const int8_t *rows, const float *scales, size_t count, size_t dimension,
    const int8_t *query);

/// The CRC-32C of each of four lanes that lie one behind the other, `lane` bytes each, a multiple
/// of 8. Four at once hide the latency of the instruction.
void cvk_crc32c_four(uint32_t crc[4], const void *bytes, size_t lane);

/// Of each column of rows x columns values: the mean, the deviation, and the deviation of the step from
/// one row to the next (0 for fewer than two rows). `rows` is at least 1.
void cvk_column_statistics(
    const float *values, size_t rows, size_t columns, float *mean, float *deviation,
    float *step_deviation);

/// sums[i * columns + j] = Σ over rows of (values[row][i] - mean[i]) * (values[row][j] - mean[j]), for
/// all i and j.
void cvk_scatter(
    const float *values, size_t rows, size_t columns, const float *mean, float *sums);

/// Numbers of 16 bits (IEEE 754 binary16, or bfloat16, the upper half of a binary32) to floats. The
/// numbers need no alignment.
void cvk_from_float16(float *out, const void *numbers, size_t count);
void cvk_from_bfloat16(float *out, const void *numbers, size_t count);

/// Floats to numbers of 16 bits, to the nearest, of two as near to the even one. Too large ones become
/// infinite; what is no number stays none.
void cvk_to_float16(void *numbers, const float *values, size_t count);
void cvk_to_bfloat16(void *numbers, const float *values, size_t count);
