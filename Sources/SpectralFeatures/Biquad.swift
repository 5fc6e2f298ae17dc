/// A filter of the second order.
///
/// Source: Robert Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter
/// coefficients" (W3C note 2021); of the shelves the form with √(2A) in place of 2√A: so SoX's and
/// ffmpeg's `bass` and `treble` have it, and a Q of 0.7 is the cookbook's 0.99. Run in the transposed
/// direct form II.
public struct Biquad: Sendable {
  /// A side of a corner.
  public enum Shelf: Sendable { case low, high }

  private let b: (Double, Double, Double)
  private let a: (Double, Double)
  private var state = (0.0, 0.0)

  /// A filter with the numerator b0 + b1/z + b2/z² and the denominator 1 + a1/z + a2/z².
  init(b: (Double, Double, Double), a: (Double, Double)) { (self.b, self.a) = (b, a) }

  /// Lifts or lowers all frequencies on one side of a corner.
  /// - Parameters:
  ///   - decibels: the gain beyond the corner.
  ///   - frequency: the corner in Hz, at which half the decibels are reached; under half the
  ///     sample rate.
  ///   - quality: Q, the steepness.
  public init(
    shelf: Shelf, decibels: Double, frequency: Double, sampleRate: Double, quality: Double = 0.7
  ) {
    let amplitude = power(10, decibels / 40)
    let (turn, alpha) = Self.angles(frequency, sampleRate, quality)
    // The high shelf is the low one mirrored at a quarter of the sample rate.
    let sign: Double = shelf == .low ? 1 : -1
    let (up, down) = (amplitude + 1, amplitude - 1)
    let skirt = (2 * amplitude).squareRoot() * alpha
    let a0 = up + sign * down * turn + skirt
    b = (
      amplitude * (up - sign * down * turn + skirt) / a0,
      sign * 2 * amplitude * (down - sign * up * turn) / a0,
      amplitude * (up - sign * down * turn - skirt) / a0
    )
    a = (
      -sign * 2 * (down + sign * up * turn) / a0,
      (up + sign * down * turn - skirt) / a0
    )
  }

  /// Lifts or lowers the frequencies around one.
  /// - Parameters:
  ///   - decibels: the gain at the frequency.
  ///   - frequency: in Hz, under half the sample rate.
  ///   - quality: Q, how narrow the bell is.
  public init(bell decibels: Double, frequency: Double, sampleRate: Double, quality: Double) {
    let amplitude = power(10, decibels / 40)
    let (turn, alpha) = Self.angles(frequency, sampleRate, quality)
    let a0 = 1 + alpha / amplitude
    b = ((1 + alpha * amplitude) / a0, -2 * turn / a0, (1 - alpha * amplitude) / a0)
    a = (-2 * turn / a0, (1 - alpha / amplitude) / a0)
  }

  /// Takes away what lies above a frequency, 12 dB each octave.
  /// - Parameters:
  ///   - frequency: in Hz, under half the sample rate.
  ///   - quality: Q; 0.7071 is flat below.
  public init(lowPass frequency: Double, sampleRate: Double, quality: Double = 0.7071) {
    let (turn, alpha) = Self.angles(frequency, sampleRate, quality)
    let a0 = 1 + alpha
    b = ((1 - turn) / 2 / a0, (1 - turn) / a0, (1 - turn) / 2 / a0)
    a = (-2 * turn / a0, (1 - alpha) / a0)
  }

  /// The cosine of the angle of a frequency, and alpha.
  private static func angles(
    _ frequency: Double, _ sampleRate: Double, _ quality: Double
  ) -> (turn: Double, alpha: Double) {
    precondition(
      frequency > 0 && frequency < sampleRate / 2 && quality > 0,
      "a filter at \(frequency) Hz for \(sampleRate) samples/s")
    let angle = 2 * Double.pi * frequency / sampleRate
    return (cosine(angle), sine(angle) / (2 * quality))
  }

  /// The next sample.
  public mutating func process(_ sample: Double) -> Double {
    let output = b.0 * sample + state.0
    state.0 = b.1 * sample - a.0 * output + state.1
    state.1 = b.2 * sample - a.1 * output
    return output
  }
}
