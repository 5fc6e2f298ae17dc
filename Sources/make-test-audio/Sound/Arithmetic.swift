/// Sines and powers made of plain additions and multiplications.
///
/// The C library's versions may differ in the last bit between processors and releases; these give
/// the same bits everywhere, so the same clips come out of every machine.
enum Arithmetic {
  /// The sine of an angle in turns; the error is under 1e-9.
  static func sine(_ turns: Double) -> Double {
    let x = turns - turns.rounded()
    // Folded into a quarter turn to both sides, where the series is short.
    let quarter = abs(x) <= 0.25 ? x : (x > 0 ? 0.5 - x : -0.5 - x)
    let y = quarter * (2 * Double.pi)
    let z = y * y
    var sum = 1 - z / 156
    sum = 1 - z / 110 * sum
    sum = 1 - z / 72 * sum
    sum = 1 - z / 42 * sum
    sum = 1 - z / 20 * sum
    sum = 1 - z / 6 * sum
    return y * sum
  }

  /// The cosine of an angle in turns.
  static func cosine(_ turns: Double) -> Double { sine(turns + 0.25) }

  /// Two to the power of `x`.
  static func exp2(_ x: Double) -> Double {
    let whole = x.rounded()
    let y = (x - whole) * 0.693_147_180_559_945_3
    var sum = 1.0
    for k in stride(from: 12.0, through: 1, by: -1) { sum = 1 + y / k * sum }
    return Double(sign: .plus, exponent: Int(max(-1000, min(1000, whole))), significand: sum)
  }

  /// Amplitude for a level in decibels.
  static func amplitude(decibels: Double) -> Double { exp2(decibels * 0.166_096_404_744_368_1) }

  /// The factor by which something falls in one sample that falls by 60 dB in `seconds`.
  static func decay(seconds: Double, rate: Double) -> Double {
    exp2(-9.965_784_284_662_087 / (seconds * rate))
  }

  /// A smooth curve that holds every number between -1 and 1, close to the hyperbolic tangent.
  static func saturate(_ x: Double) -> Double {
    if x > 3 { return 1 }
    if x < -3 { return -1 }
    return x * (27 + x * x) / (27 + 9 * x * x)
  }

  /// The frequency in Hz of a MIDI note number (69 is the A of 440 Hz).
  static func frequency(note: Double) -> Double { 440 * exp2((note - 69) / 12) }
}

/// A small seeded generator (Steele, Lea and Flood 2014), the same numbers everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number from 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number from -1 up to 1.
  mutating func noise() -> Double { unit() * 2 - 1 }

  /// A number between two others.
  mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// A whole number from 0 up to `count`.
  mutating func index(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
