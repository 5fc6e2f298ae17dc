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
    let decibels = Decibels.fromPower(melSpectrogram)
    let bands = decibels.binCount
    var envelope = [Float](repeating: 0, count: decibels.frameCount)
    let delay = frameLength / (2 * hopLength)
    guard decibels.frameCount > 1 else { return envelope }
    decibels.values.withUnsafeBufferPointer { values in
      for frame in 1..<decibels.frameCount where frame + delay < envelope.count {
        var sum: Float = 0
        for band in 0..<bands {
          let rise = values[frame * bands + band] - values[(frame - 1) * bands + band]
          sum += max(0, rise)
        }
        envelope[frame + delay] = sum / Float(bands)
      }
    }
    return envelope
  }

  /// The same from samples.
  public static func envelope(
    of samples: [Float], sampleRate: Double = 22_050, frameLength: Int = 2048, hopLength: Int = 512
  ) -> [Float] {
    var settings = SpectrogramSettings()
    settings.sampleRate = sampleRate
    settings.frameLength = frameLength
    settings.hopLength = hopLength
    let analyzer = SpectralAnalyzer(settings: settings, contents: .onsetStrength)
    return analyzer.analyze(samples).onsetStrength ?? []
  }
}
