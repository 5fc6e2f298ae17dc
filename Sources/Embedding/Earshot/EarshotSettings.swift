internal import SpectralFeatures

/// What, besides the tensors, determines the vectors of the model `earshot`.
struct EarshotSettings: ClaimedSpectrogram, Codable, Sendable, Equatable {
  /// Version of the definitions of its input and of how it is joined.
  static let version = 1

  var earshotVersion = Self.version
  var statisticsVersion = FeatureStatistics.version
  var sampleRate: Double
  var frameLength: Int
  var hopLength: Int
  var melBandCount: Int
  var minimumFrequency: Double
  var maximumFrequency: Double
  var mfccCount: Int
  /// How much the network counts beside the statistics, in each half.
  var timeShare: Float
  var frequencyShare: Float

  init(_ spectrogram: SpectrogramSettings, shares: [EarshotHalf: Float]) {
    sampleRate = spectrogram.sampleRate
    frameLength = spectrogram.frameLength
    hopLength = spectrogram.hopLength
    melBandCount = spectrogram.melBandCount
    minimumFrequency = spectrogram.minimumFrequency
    maximumFrequency = spectrogram.maximumFrequency
    mfccCount = spectrogram.mfccCount
    timeShare = shares[.time] ?? 0
    frequencyShare = shares[.frequency] ?? 0
  }

  var spectrogram: SpectrogramSettings {
    var spectrogram = claimedSettings
    spectrogram.mfccCount = mfccCount
    return spectrogram
  }

  func share(of half: EarshotHalf) -> Float { half == .time ? timeShare : frequencyShare }

  /// Whether a feature extractor can work with these; a file may claim anything.
  var isSensible: Bool {
    earshotVersion == Self.version && statisticsVersion == FeatureStatistics.version
      && suitsStatistics(mfccCount: mfccCount)
      && melBandCount == EarshotHalf.time.convolutions[0].inputs
      && EarshotHalf.allCases.allSatisfy {
        (0...1_000).contains(share(of: $0))
      }
  }
}
