import Glibc

// Glibc's functions under names of our own, so that one file imports it.

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
func decimalLogarithm(_ value: Double) -> Double { log10(value) }
func naturalLogarithm(_ value: Double) -> Double { log(value) }
func exponential(_ value: Double) -> Double { exp(value) }
func binaryLogarithm(_ value: Double) -> Double { log2(value) }

/// The power of so many decibels.
@inline(__always)
func powerRatio(decibels: Float) -> Float { expf(decibels * 0.230_258_51) }

/// The decibels of a power above 0.
@inline(__always)
func decibels(ofPower power: Float) -> Float { logf(power) * 4.342_944_8 }

extension FeatureStatisticsTraining {
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
