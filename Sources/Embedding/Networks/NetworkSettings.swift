internal import SpectralFeatures

/// What, besides the weights, determines the vectors of a network.
struct NetworkSettings: ClaimedSpectrogram, Codable, Sendable, Equatable {
  /// Version of the definitions of image, tiles and pooling.
  static let imageVersion = 1

  /// Tiles of 512 columns at the most; each is a pass through the encoder.
  static let mostTiles = 512

  var imageVersion = Self.imageVersion
  var sampleRate: Double
  var frameLength: Int
  var hopLength: Int
  var melBandCount: Int
  var minimumFrequency: Double
  var maximumFrequency: Double
  /// Tiles of an image of 512 columns.
  var tileCount: Int
  /// The range of each half, `axis: [start, end]`; none for a vector without halves.
  var halves: [String: [Int]]

  init(_ spectrogram: SpectrogramSettings, tileCount: Int, halves: [VectorHalf]) {
    sampleRate = spectrogram.sampleRate
    frameLength = spectrogram.frameLength
    hopLength = spectrogram.hopLength
    melBandCount = spectrogram.melBandCount
    minimumFrequency = spectrogram.minimumFrequency
    maximumFrequency = spectrogram.maximumFrequency
    self.tileCount = tileCount
    self.halves = Dictionary(
      uniqueKeysWithValues: halves.map {
        ($0.axis.rawValue, [$0.range.lowerBound, $0.range.upperBound])
      })
  }

  var spectrogram: SpectrogramSettings { claimedSettings }

  /// Whether a feature extractor can work with these; a file may claim anything.
  var isSensible: Bool {
    imageVersion == Self.imageVersion && hasSensibleFrames && melBandCount == MelImage.rowCount
      && (2...Self.mostTiles).contains(tileCount)
  }

  /// The halves in their order; nil when what is claimed is not one half for each axis that
  /// together fill the vector, or none at all.
  func vectorHalves(dimension: Int) -> [VectorHalf]? {
    if halves.isEmpty { return [] }
    var found: [VectorHalf] = []
    for (name, ends) in halves {
      guard let axis = VectorHalf.Axis(rawValue: name), ends.count == 2, ends[0] >= 0,
        ends[0] < ends[1], ends[1] <= dimension
      else { return nil }
      found.append(VectorHalf(axis: axis, range: ends[0]..<ends[1]))
    }
    found.sort { $0.range.lowerBound < $1.range.lowerBound }
    guard found.count == 2, found[0].range.lowerBound == 0,
      found[0].range.upperBound == found[1].range.lowerBound,
      found[1].range.upperBound == dimension
    else { return nil }
    return found
  }
}
