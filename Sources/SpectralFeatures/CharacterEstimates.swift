/// Four words that listeners use of music, as numbers from 0 to 1. They are estimates: no measurement
/// gives them, and listeners themselves differ. docs/descriptors.md has how well they do.
///
/// Each is a sum of a few features over the frames that are loud enough to be heard, bent to 0 to 1.
/// The features are those that the literature names for the word; the weights are ours.
public struct CharacterEstimates: Sendable, Equatable {
  /// How forceful the music is: loudness, movement and brightness. The three are among those that
  /// arousal was found to go with (Gabrielsson and Lindström, "The role of structure in the musical
  /// expression of emotions", 2010).
  public let energy: Double

  /// How cheerful it is: a major key, a quick tempo, force. Mode and tempo tell happy from sad
  /// melodies, mode more than tempo (Gagnon and Peretz, "Mode and tempo relative contributions to
  /// happy-sad judgements in equitone melodies", 2003).
  public let valence: Double

  /// How likely it is played on instruments that need no current: few pitch classes sound at once, and
  /// the spectrum has lines and no noise.
  public let acousticness: Double

  /// How likely nobody speaks, raps or sings: speech changes between voiced and unvoiced sounds, and
  /// pauses between words (Scheirer and Slaney, "Construction and evaluation of a robust
  /// multifeature speech/music discriminator", 1997). Singing within a band is often missed.
  public let instrumentalness: Double

  /// The estimates for a sound; nil without a sound that can be heard, or where `features` lack any
  /// of chroma, rolloff, flatness, zero crossings, RMS and onset strength.
  /// - Parameters:
  ///   - loudness: integrated, in LUFS.
  ///   - tempo: beats in a minute, nil where there is none.
  public init?(
    _ features: SpectralFeatureSet, loudness: Double?, tempo: Double?, key: KeyEstimate?
  ) {
    guard let loudness, let rms = features.rms, let chroma = features.chroma,
      let rolloff = features.rolloff, let flatness = features.flatness,
      let onsets = features.onsetStrength, let crossings = features.zeroCrossingRate
    else { return nil }
    let audible = Self.audibleFrames(rms)
    guard !audible.isEmpty else { return nil }

    let brightness = Self.mean(audible) { binaryLogarithm(Double(rolloff[$0]) + 1) }
    let movement = Self.mean(onsets.indices) { Double(onsets[$0]) }
    energy =
      0.45 * Self.ramp(loudness, from: -40, to: -8)
      + 0.3 * Self.ramp(movement, from: 0.8, to: 1.8)
      + 0.25 * Self.ramp(brightness, from: binaryLogarithm(800), to: binaryLogarithm(6_000))

    let majorness = Double(key?.majorness ?? 0)
    let octavesFaster = tempo.map { binaryLogarithm($0 / 115) } ?? 0
    valence = Self.logistic(5 * majorness + 1.2 * octavesFaster + 2 * (energy - 0.5))

    let crowd = Self.mean(audible) { Self.entropy(chroma.frame($0)) }
    let noise = Self.mean(audible) { 10 * decimalLogarithm(Double(flatness[$0]) + 1e-10) }
    acousticness = Self.logistic(-6 * (crowd - 2.03) - 0.06 * (noise + 28))

    let meanLevel = Self.mean(rms.indices) { Double(rms[$0]) }
    let pauses = Self.mean(rms.indices) { Double(rms[$0]) < 0.5 * meanLevel ? 1 : 0 }
    let voice = Self.logistic(72 * Self.deviation(crossings) + 12.7 * pauses - 7.3)
    instrumentalness = 1 - voice
  }
  /// The frames within 20 dB of the loud ones.
  private static func audibleFrames(_ rms: [Float]) -> [Int] {
    guard !rms.isEmpty else { return [] }
    let loud = rms.sorted()[min(rms.count - 1, rms.count * 95 / 100)]
    return loud > 0 ? rms.indices.filter { rms[$0] > 0.1 * loud } : []
  }

  /// The entropy of the shares of pitch classes, in nats: 0 for one alone, 2.48 for all alike.
  private static func entropy(_ chroma: ArraySlice<Float>) -> Double {
    let sum = chroma.reduce(0) { $0 + Double($1) }
    guard sum > 0 else { return 0 }
    return chroma.reduce(0) { result, value in
      let share = Double(value) / sum
      return share > 0 ? result - share * logarithm(share) : result
    }
  }

  private static func mean(_ frames: some Collection<Int>, _ value: (Int) -> Double) -> Double {
    frames.isEmpty ? 0 : frames.reduce(0) { $0 + value($1) } / Double(frames.count)
  }

  private static func deviation(_ values: [Float]) -> Double {
    let mean = mean(values.indices) { Double(values[$0]) }
    return Self.mean(values.indices) { (Double(values[$0]) - mean) * (Double(values[$0]) - mean) }
      .squareRoot()
  }

  /// 0 at one end, 1 at the other, straight between them.
  private static func ramp(_ value: Double, from low: Double, to high: Double) -> Double {
    max(0, min(1, (value - low) / (high - low)))
  }

  private static func logistic(_ value: Double) -> Double { 1 / (1 + exponential(-value)) }
}
