/// Integrated loudness of a mono signal (ITU-R BS.1770-4): K-weighting, blocks of 400 ms that
/// overlap by three quarters, an absolute gate at -70 LUFS and a relative one 10 LU below the mean.
public enum Loudness {
  /// The loudness in LUFS of the samples at their own rate, one channel of weight 1; nil where no
  /// block passes the gates: silence, or less than 400 ms.
  public static func integrated(of samples: [Float], sampleRate: Double) -> Double? {
    precondition(
      sampleRate.isFinite && sampleRate >= 4000, "loudness at a sample rate of \(sampleRate) Hz")
    let powers = blockPowers(of: samples, sampleRate: sampleRate)
    let audible = powers.filter { loudness(ofPower: $0) >= -70 }
    guard !audible.isEmpty else { return nil }
    let threshold = loudness(ofPower: mean(audible)) - 10
    let counted = audible.filter { loudness(ofPower: $0) > threshold }
    return counted.isEmpty ? nil : loudness(ofPower: mean(counted))
  }

  private static func loudness(ofPower power: Double) -> Double {
    -0.691 + 10 * decimalLogarithm(power)
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private static func blockPowers(of samples: [Float], sampleRate: Double) -> [Double] {
    let length = 0.4 * sampleRate
    let count = Int(((Double(samples.count) - length) / (length / 4)).rounded()) + 1
    guard Double(samples.count) >= length, count > 0 else { return [] }
    var shelf = Biquad.shelf(sampleRate: sampleRate)
    var highPass = Biquad.highPass(sampleRate: sampleRate)
    // Four blocks overlap everywhere, so a block is the sum of four steps; only sums at the steps'
    // borders are kept, because long sounds have many samples.
    let borders = (0..<(count + 4)).map { min(Int(length * Double($0) / 4), samples.count) }
    var sums: [Double] = []
    sums.reserveCapacity(borders.count)
    var sum = 0.0
    for (place, sample) in samples.enumerated() {
      while sums.count < borders.count, borders[sums.count] <= place { sums.append(sum) }
      let weighted = highPass.process(shelf.process(Double(sample)))
      sum += weighted * weighted
    }
    while sums.count < borders.count { sums.append(sum) }
    return (0..<count).map { (sums[$0 + 4] - sums[$0]) / length }
  }
}

extension Biquad {
  // BS.1770-4 tabulates both stages for 48 kHz only. These are the analogue prototypes behind the
  // tables (corner, Q and gain as recovered by De Man 2014), bent to any rate by the bilinear
  // transform.

  /// Stage 1: the head as a shelf of about 4 dB above 1.7 kHz.
  fileprivate static func shelf(sampleRate: Double) -> Biquad {
    let k = tangent(Double.pi * 1681.9744509555319 / sampleRate)
    let q = 0.7071752369554193
    let high = power(10, 3.99984385397 / 20)
    let band = power(high, 0.499666774155)
    let a0 = 1 + k / q + k * k
    return Biquad(
      b: (
        (high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0
      ),
      a: (2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0))
  }

  /// Stage 2: a high pass at 38 Hz. The standard leaves its numerator at 1, -2, 1, a gain of 0.04
  /// dB well above the corner; that gain, not the numerator, is what other rates keep.
  fileprivate static func highPass(sampleRate: Double) -> Biquad {
    let k = tangent(Double.pi * highPassCorner / sampleRate)
    let q = 0.5003270373253953
    let a0 = 1 + k / q + k * k
    let tabulated = tangent(Double.pi * highPassCorner / 48_000)
    let gain = (1 + tabulated / q + tabulated * tabulated) / a0
    return Biquad(
      b: (gain, -2 * gain, gain), a: (2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0))
  }

  private static let highPassCorner = 38.13547087613982
}
