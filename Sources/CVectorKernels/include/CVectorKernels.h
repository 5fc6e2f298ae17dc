// Loops over floats that are worth the processor's widest vector instructions.
//
// Each is compiled for several instruction sets; the loader picks one when the program starts.
// Sums are taken in an order of the compiler's choosing, so results agree between machines to
// rounding only.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "CVectorKernelsLayout.h"
#include "CVectorKernelsNetwork.h"
#include "CVectorKernelsSpectral.h"

/// Sum of a[i] * b[i].
float cvk_dot(const float *a, const float *b, size_t count);

/// out[row] = Σ over i of (x[i] - rows[row][i])², for `count` rows of `dimension` values one behind the
/// other.
void cvk_squared_distances(
    float *out, const float *x, const float *rows, size_t count, size_t dimension);

/// y[i] += scale * x[i].
void cvk_add_scaled(float *y, const float *x, float scale, size_t count);

/// target[i] = (pairs[2 i] + pairs[2 i + 1]) / 2.
void cvk_mean_of_pairs(float *target, const float *pairs, size_t count);

/// Samples at half their rate as 16-bit numbers: target[i] is 32,768 times
/// samples[2 i] / 2 + sum of taps[j] * (samples[2 i + 2 j + 1] + samples[2 i - 2 j - 1]), j < 6,
/// rounded (halves to even) and cut to 16 bits. Reads 11 samples in front of the first and 11 behind
/// the last; none is NaN.
void cvk_halve_rate(int16_t *target, const float *samples, const float taps[6], size_t count);

/// The largest magnitude; NaN or infinite when a value is, NaN before infinity. 0 of no values.
float cvk_peak(const float *values, size_t count);

/// Leaves a mark of 1 where low <= value <= high, or with `flip` 1 where not so, and makes it 0
/// elsewhere. NaN lies between no bounds; marks are 0 or 1.
void cvk_keep_between(
    uint8_t *marks, const float *values, size_t count, float low, float high, uint8_t flip);

/// The same of years, which are whole; 0 is none and lies between no bounds.
void cvk_keep_years(
    uint8_t *marks, const int32_t *years, size_t count, int32_t low, int32_t high, uint8_t flip);

/// The same of labels that are the wanted one.
void cvk_keep_equal(
    uint8_t *marks, const uint32_t *labels, size_t count, uint32_t wanted, uint8_t flip);

/// The same of times that are not before the first; 0 is none.
void cvk_keep_since(uint8_t *marks, const int64_t *times, size_t count, int64_t first);

/// The first place where `wanted` stands in `bytes`, `count` where it does not.
size_t cvk_find(const void *bytes, size_t count, const void *wanted, size_t length);

/// CRC-32C (Castagnoli, RFC 3720 section 12.1) of the bytes, continuing from `crc` (0 to start).
uint32_t cvk_crc32c(uint32_t crc, const void *bytes, size_t count);

/// Ways to scan rows of codes. All give the same scores, bit for bit.
enum cvk_scan_path { cvk_scan_portable, cvk_scan_avx2, cvk_scan_vnni };

/// Whether this processor has what a way of scanning needs.
int cvk_scan_has(enum cvk_scan_path path);

/// The fastest way that this processor has.
enum cvk_scan_path cvk_scan_best(void);

/// The bytes of the codes of one vector, two bits for each number: a multiple of 32.
size_t cvk_code_bytes(size_t dimension);

/// What the codes of a vector are to be multiplied by, and how long the error is that they leave, where the
/// vector is 1 long (0.04 at least). Two numbers in one word are bfloat16, the scale in the upper half,
/// the error in the lower.
struct cvk_code_scales {
  uint32_t coarse;     ///< value i is about scale * (2 * coarse code[i] - 3),
  float coarse_share;  ///< or, much nearer, that scale * coarse_share * (2 * coarse code[i] - 3)
  uint32_t fine;       ///< + scale * (2 * fine code[i] - 3).
};

/// Codes a vector twice: each number coarsely, and what that leaves finely. A code is 0 to 3. Byte i of n
/// bytes of codes holds those of numbers i, n + i, 2 n + i and 3 n + i, the first in the lowest two bits.
/// The coarse codes become row number `row` of `coarse`, where sixteen rows lie together: bytes 0 to 3 of
/// each, one row after the other, then bytes 4 to 7 of each, and so on; the fine codes become the bytes
/// of `fine`, in order. `rest` is room for `dimension` numbers. What the codes say has the right product
/// with the vector itself: the coarse ones to a 250th, both to rounding. For a vector of zeros scales
/// are 0 and errors 1.
struct cvk_code_scales cvk_encode(
    uint8_t *coarse, size_t row, uint8_t *fine, const float *values, float *rest, size_t dimension);

/// sums[i] = Σ (2 * code[j] - 3) * query[j] over the fine codes that begin `numbers[i] * stride` bytes behind
/// `rows`, `row_bytes` of them. `query` has 4 * row_bytes bytes, zeros where codes are padded. The
/// sums are exact.
void cvk_code_sums(
    int32_t *sums, const uint8_t *rows, size_t stride, const size_t *numbers, size_t count,
    const int8_t *query, size_t row_bytes);

/// scores[row] = scale[row] * Σ (2 * code[row][i] - 3) * query[i] + slack * error[row], for the coarse codes
/// of `count` rows (a multiple of 16), `row_bytes` each, and their words of scale and error. `query`
/// as in `cvk_code_sums`. The sum is exact: row_bytes must stay under 80,000.
void cvk_scan_codes(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const uint32_t *scales,
    size_t count, size_t row_bytes, const int8_t *query, float slack);

/// The same for the rows whose bit is set in `allowed`: bit i of element g is that of row 16 g + i. The
/// scores of the others become NaN, which reaches no threshold. Of more than two groups of sixteen rows in
/// sequence none of which is allowed, nothing is read.
void cvk_scan_codes_among(
    enum cvk_scan_path path, float *scores, const uint8_t *rows, const uint32_t *scales,
    size_t count, size_t row_bytes, const int8_t *query, float slack, const uint16_t *allowed);

/// Writes the places of the scores that reach the threshold, in order, and returns how many there are.
/// `places` has room for `count`.
size_t cvk_places_of(const float *scores, size_t count, float threshold, uint32_t *places);

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

/// Of each column the mean of (value - mean)³. `rows` is at least 1.
void cvk_column_third_moment(
    const float *values, size_t rows, size_t columns, const float *mean, float *third);

/// Of a group of rows with their mean: adds to `within` the outer products of what each differs from the
/// mean, and to `between` that of the mean, times the rows; both order x order.
void cvk_add_spread(
    const float *rows, size_t count, size_t order, const float *mean, double *within,
    double *between);

/// Of each column, over the steps from a row to the one `lag` rows on: the deviation, and the means of the
/// third and fourth powers of the step itself. `rows` is greater than `lag`.
void cvk_step_moments(
    const float *values, size_t rows, size_t columns, size_t lag, float *deviation, float *third,
    float *fourth);

/// Of each column, of every `stride`th row, `rows` of them: the value with `rank` others below it, to a
/// millionth of the range from `low` to `high`, in which all values lie. `rank` is below `rows`.
void cvk_column_quantile(
    const float *values, size_t rows, size_t columns, size_t stride, size_t rank, float low,
    float high, float *result);

/// For each row but the first the mean over the columns of its rises above the row before.
void cvk_mean_rise(const float *values, size_t rows, size_t columns, float *rises);

/// Numbers of 16 bits (IEEE 754 binary16, or bfloat16, the upper half of a binary32) to floats. The
/// numbers need no alignment.
void cvk_from_float16(float *out, const void *numbers, size_t count);
void cvk_from_bfloat16(float *out, const void *numbers, size_t count);

/// 1 where no number is beyond -limit...limit, 0 where one is, or is no number.
int cvk_all_within(const float *values, size_t count, float limit);

/// Floats to numbers of 16 bits, to the nearest, of two as near to the even one. Too large ones become
/// infinite; what is no number stays none.
void cvk_to_float16(void *numbers, const float *values, size_t count);
void cvk_to_bfloat16(void *numbers, const float *values, size_t count);
