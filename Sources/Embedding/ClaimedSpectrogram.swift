internal import SpectralFeatures

/// The part of a model's settings that says how its spectrogram is computed. A file may claim anything.
protocol ClaimedSpectrogram {
  var sampleRate: Double { get }
  var frameLength: Int { get }
  var hopLength: Int { get }
  var melBandCount: Int { get }
  var minimumFrequency: Double { get }
  var maximumFrequency: Double { get }
}

/// Frames in a second: more would only take memory.
private let mostFramesPerSecond = 1_000.0

extension ClaimedSpectrogram {
  /// The settings that a feature extractor takes.
  var claimedSettings: SpectrogramSettings {
    var spectrogram = SpectrogramSettings()
    spectrogram.sampleRate = sampleRate
    spectrogram.frameLength = frameLength
    spectrogram.hopLength = hopLength
    spectrogram.melBandCount = melBandCount
    spectrogram.minimumFrequency = minimumFrequency
    spectrogram.maximumFrequency = maximumFrequency
    return spectrogram
  }

  /// Whether statistics can be taken of it: the contrast needs a bin in each of its octaves, which
  /// begin with 200 Hz and end beyond 6,400 Hz.
  func suitsStatistics(mfccCount: Int) -> Bool {
    hasSensibleFrames && sampleRate >= 12_801 && sampleRate <= 200 * Double(frameLength)
      && (1...1_024).contains(melBandCount) && (1...melBandCount).contains(mfccCount)
  }

  /// Whether frames and frequencies are such as a feature extractor can work with.
  var hasSensibleFrames: Bool {
    (2_000...192_000).contains(sampleRate) && sampleRate == sampleRate.rounded()
      && (64...65_536).contains(frameLength) && frameLength.isMultiple(of: 2)
      && (1...frameLength).contains(hopLength)
      && sampleRate <= mostFramesPerSecond * Double(hopLength) && minimumFrequency >= 0
      && maximumFrequency > minimumFrequency && maximumFrequency <= sampleRate / 2
  }
}
