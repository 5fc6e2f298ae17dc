internal import Glibc

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
func cosine(of angle: Double) -> Double { cos(angle) }
func logarithm(of value: Double) -> Double { log(value) }
