import Glibc

// Glibc's functions under names of our own, so that one file imports it.

func cosine(_ x: Double) -> Double { cos(x) }
func sine(_ x: Double) -> Double { sin(x) }
func tangent(_ x: Double) -> Double { tan(x) }
func logarithm(_ x: Double) -> Double { log(x) }
func logarithm(_ x: Float) -> Float { logf(x) }
func binaryLogarithm(_ x: Double) -> Double { log2(x) }
func decimalLogarithm(_ x: Double) -> Double { log10(x) }
func exponential(_ x: Double) -> Double { exp(x) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
