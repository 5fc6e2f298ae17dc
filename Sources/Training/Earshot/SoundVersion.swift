internal import AudioDecoding
internal import NeuralNetwork
internal import SpectralFeatures

/// How a track sounds after the world has had it: what must not change what it is like.
enum SoundVersion: UInt32, CaseIterable, Sendable {
  /// As it is.
  case original = 0
  /// Softer, through an equaliser; one in four through a low pass, one in four as a poor MP3.
  case equaliser = 1
  /// With noise 14 to 30 dB below it.
  case noise = 2
  /// Faster and higher, or slower and lower, by up to 0.9 semitone, through an equaliser.
  case speed = 3

  /// The changed samples, at the same rate.
  func apply(
    to samples: [Float], sampleRate: Double, using generator: inout SeededGenerator
  ) -> [Float] {
    switch self {
    case .original: return samples
    case .equaliser:
      let changed = Self.equalise(samples, sampleRate, lowPass: 0.25, using: &generator)
      guard generator.unit() < 0.25 else { return changed }
      return Self.reencode(changed, sampleRate, kilobits: generator.unit() < 0.5 ? 32 : 48)
    case .noise:
      return Self.withNoise(samples, decibels: generator.within(14.0...30), using: &generator)
    case .speed:
      let size = generator.within(0.15...0.9)
      let semitones = generator.unit() < 0.5 ? size : -size
      let equalised = Self.equalise(samples, sampleRate, lowPass: 0, using: &generator)
      let rate = sampleRate * exponential(semitones / 12 * naturalLogarithm(2))
      return SampleRateConversion.convert(
        equalised, from: Int(rate.rounded()), to: Int(sampleRate))
    }
  }

  /// Two shelves, two bells and a gain; with some probability a low pass at 5 to 9 kHz.
  private static func equalise(
    _ samples: [Float], _ sampleRate: Double, lowPass: Double,
    using generator: inout SeededGenerator
  ) -> [Float] {
    func frequency(_ range: ClosedRange<Double>) -> Double {
      exponential(
        generator.within(naturalLogarithm(range.lowerBound)...naturalLogarithm(range.upperBound)))
    }
    var filters = [
      Biquad(
        shelf: .low, decibels: generator.within(-7.0...7), frequency: frequency(80...500),
        sampleRate: sampleRate),
      Biquad(
        shelf: .high, decibels: generator.within(-8.0...6), frequency: frequency(1_500...6_000),
        sampleRate: sampleRate),
    ]
    for _ in 0..<2 {
      filters.append(
        Biquad(
          bell: generator.within(-5.0...5), frequency: frequency(150...5_000),
          sampleRate: sampleRate, quality: generator.within(0.7...2)))
    }
    if generator.unit() < lowPass {
      let corner = frequency(5_000...9_000)
      filters += [Biquad](repeating: Biquad(lowPass: corner, sampleRate: sampleRate), count: 2)
    }
    let gain = power(10, generator.within(-12.0...0) / 20)
    return samples.map { sample in
      var value = Double(sample) * gain
      for place in filters.indices { value = filters[place].process(value) }
      return Float(value)
    }
  }

  /// White noise; three in ten times pink.
  private static func withNoise(
    _ samples: [Float], decibels: Double, using generator: inout SeededGenerator
  ) -> [Float] {
    let isPink = generator.unit() < 0.3
    var memory = (0.0, 0.0, 0.0)
    let noise = samples.map { _ -> Double in
      let white = generator.signed()
      guard isPink else { return white }
      // Paul Kellet's economy filter: 3 dB less each octave, within half a decibel.
      memory.0 = 0.99765 * memory.0 + white * 0.0990460
      memory.1 = 0.96300 * memory.1 + white * 0.2965164
      memory.2 = 0.57000 * memory.2 + white * 1.0526913
      return memory.0 + memory.1 + memory.2 + white * 0.1848
    }
    let squares = (
      samples.reduce(0.0) { $0 + Double($1) * Double($1) },
      noise.reduce(0.0) { $0 + $1 * $1 }
    )
    let factor = (squares.0 / max(squares.1, 1e-12)).squareRoot() * power(10, -decibels / 20)
    return zip(samples, noise).map { $0 + Float($1 * factor) }
  }

  /// What a poor encoder leaves; the same samples where it takes none. What would be cut off is made
  /// softer: how loud a version is does not matter.
  static func reencode(
    _ samples: [Float], _ sampleRate: Double, kilobits: Int
  ) -> [Float] {
    let loudest = max(1, samples.reduce(0) { max($0, abs($1)) })
    let encoded = TrainingSound.asMP3(
      samples.map { $0 / loudest }, sampleRate: Int(sampleRate), kilobits: kilobits)
    guard let encoded, encoded.count == samples.count else { return samples }
    return encoded
  }
}
