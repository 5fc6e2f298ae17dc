/// How much the spectrum grows from one frame to the next. Equal to `librosa.onset.onset_strength`
/// with its defaults.
public enum OnsetStrength {
  /// One value a frame, from the mel spectrogram (power) of 128 bands from 0 Hz to half the sample
  /// rate: the mean over bands of the rise in dB (range 80), delayed by half a frame.
  public static func envelope(
    melSpectrogram: FeatureMatrix, frameLength: Int = 2048, hopLength: Int = 512
  ) -> [Float] {
    precondition(
      frameLength >= 1 && hopLength >= 1, "frames of \(frameLength) samples every \(hopLength)")
    precondition(melSpectrogram.binCount >= 1, "no mel bands")
    return meanRise(
      in: 0..<melSpectrogram.binCount, of: Decibels.fromPower(melSpectrogram),
      delay: frameLength / (2 * hopLength))
  }

  /// The same from samples.
  public static func envelope(
    of samples: [Float], sampleRate: Double = 22_050, frameLength: Int = 2048, hopLength: Int = 512
  ) -> [Float] {
    features(
      of: samples, sampleRate: sampleRate, frameLength: frameLength, hopLength: hopLength
    ).onsetStrength ?? []
  }

  /// The onset strength of low and of middle frequencies, from samples.
  public static func drumBands(
    of samples: [Float], sampleRate: Double = 22_050, frameLength: Int = 2048, hopLength: Int = 512
  ) -> DrumBandOnsets? {
    features(
      of: samples, sampleRate: sampleRate, frameLength: frameLength, hopLength: hopLength
    ).drumBandOnsets
  }

  /// Both from one spectrogram, of bands at `frequencies` (Hz).
  static func all(
    melSpectrogram: FeatureMatrix, frequencies: [Double], settings: SpectrogramSettings
  ) -> (envelope: [Float], drumBands: DrumBandOnsets?) {
    let decibels = Decibels.fromPower(melSpectrogram)
    let delay = settings.frameLength / (2 * settings.hopLength)
    func rise(_ range: Range<Double>) -> [Float]? {
      guard let first = frequencies.firstIndex(where: { range.contains($0) }),
        let last = frequencies.lastIndex(where: { range.contains($0) })
      else { return nil }
      return meanRise(in: first..<last + 1, of: decibels, delay: delay)
    }
    let envelope = meanRise(in: 0..<decibels.binCount, of: decibels, delay: delay)
    guard let low = rise(DrumBandOnsets.lowFrequencies),
      let middle = rise(DrumBandOnsets.middleFrequencies)
    else { return (envelope, nil) }
    return (envelope, DrumBandOnsets(low: low, middle: middle))
  }

  private static func features(
    of samples: [Float], sampleRate: Double, frameLength: Int, hopLength: Int
  ) -> SpectralFeatureSet {
    var settings = SpectrogramSettings()
    settings.sampleRate = sampleRate
    settings.frameLength = frameLength
    settings.hopLength = hopLength
    return SpectralAnalyzer(settings: settings, contents: .onsetStrength).analyze(samples)
  }

  private static func meanRise(
    in bands: Range<Int>, of decibels: FeatureMatrix, delay: Int
  ) -> [Float] {
    let width = decibels.binCount
    var envelope = [Float](repeating: 0, count: decibels.frameCount)
    guard decibels.frameCount > 1 else { return envelope }
    decibels.values.withUnsafeBufferPointer { values in
      for frame in 1..<decibels.frameCount where frame + delay < envelope.count {
        var sum: Float = 0
        for band in bands {
          let rise = values[frame * width + band] - values[(frame - 1) * width + band]
          sum += max(0, rise)
        }
        envelope[frame + delay] = sum / Float(bands.count)
      }
    }
    return envelope
  }
}

/// Onset strength, one value a frame, where bass drums and basses are and where snares, claps and
/// most chords are.
public struct DrumBandOnsets: Sendable, Equatable {
  /// The mean rise in dB of the mel bands below 180 Hz.
  public let low: [Float]

  /// The mean rise in dB of the mel bands from 900 to 5,000 Hz. Cymbals are mostly above.
  public let middle: [Float]

  /// Takes two envelopes of the same length.
  public init(low: [Float], middle: [Float]) {
    precondition(low.count == middle.count, "\(low.count) low values, \(middle.count) middle ones")
    self.low = low
    self.middle = middle
  }

  static let lowFrequencies = 0.0..<180
  static let middleFrequencies = 900.0..<5_000
}
