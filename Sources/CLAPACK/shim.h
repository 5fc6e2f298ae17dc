#pragma once
#include <cblas.h>
// The functions themselves. LAPACKE's wrappers of them would load a library as large again with every
// start of the program.
#include <lapack.h>
