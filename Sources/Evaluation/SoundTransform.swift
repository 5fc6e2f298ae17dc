internal import SpectralFeatures

/// A change of a sound after which it is still the same music: what a way to compare tracks ought
/// not to be misled by.
///
/// The changes are those of `make_variants.sh` of the project's shared tools, on mono samples.
public enum SoundTransform: String, CaseIterable, Sendable {
  /// 12 dB softer.
  case gain
  /// Bass 6 dB up below 200 Hz, treble 6 dB down above 4 kHz, all 6 dB down so that nothing clips.
  case equaliser
  /// White noise 20 dB under the RMS.
  case noise
  /// The first half.
  case firstHalf
  /// The second half.
  case secondHalf

  /// The changed samples.
  /// - Parameters:
  ///   - samples: mono, full scale 1.
  ///   - sampleRate: in Hz; up to 8,000 there is no treble to be lowered.
  ///   - seed: of the noise; the same gives the same.
  public func apply(to samples: [Float], sampleRate: Double, seed: UInt32) -> [Float] {
    switch self {
    case .gain: return samples.map { $0 * Self.ratio(decibels: -12) }
    case .equaliser:
      var bass = Biquad(shelf: .low, decibels: 6, frequency: 200, sampleRate: sampleRate)
      let factor = Double(Self.ratio(decibels: -6))
      let lifted = samples.map { Float(bass.process(Double($0) * factor)) }
      guard sampleRate > 8_000 else { return lifted }
      var treble = Biquad(shelf: .high, decibels: -6, frequency: 4_000, sampleRate: sampleRate)
      return lifted.map { Float(treble.process(Double($0))) }
    case .noise:
      let squares = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
      let rms = (squares / Double(max(samples.count, 1))).squareRoot()
      // Evenly spread noise of this amplitude has an RMS of a tenth of the sound's.
      let amplitude = min(1, 3.0.squareRoot() * rms / 10)
      var random = RandomNumbers(seed: seed)
      return samples.map { $0 + Float(amplitude * (2 * random.unit() - 1)) }
    case .firstHalf: return Array(samples[..<(samples.count / 2)])
    case .secondHalf: return Array(samples[(samples.count / 2)...])
    }
  }

  private static func ratio(decibels: Double) -> Float { Float(power(10, decibels / 20)) }
}
