// Loops over floats that are worth the processor's widest vector instructions.
//
// Each is compiled for several instruction sets; the loader picks one when the program starts.
// Sums are taken in an order of the compiler's choosing, so results agree between machines to
// rounding only.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "CVectorKernelsSpectral.h"

/// Sum of a[i] * b[i].
float cvk_dot(const float *a, const float *b, size_t count);

/// y[i] += scale * x[i].
void cvk_add_scaled(float *y, const float *x, float scale, size_t count);

/// CRC-32C (Castagnoli, RFC 3720 section 12.1) of the bytes, continuing from `crc` (0 to start).
uint32_t cvk_crc32c(uint32_t crc, const void *bytes, size_t count);
