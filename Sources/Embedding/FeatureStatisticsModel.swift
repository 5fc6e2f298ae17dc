internal import FileAccess
internal import FoundationEssentials
public import SpectralFeatures

/// Statistics of a sound, standardised and projected on the directions in which music differs most.
///
/// vector = normalised(projection · ((statistics − mean) ⊙ scale)).
struct FeatureStatisticsModel: Sendable {
  static let architecture = "feature-statistics"
  static let projectionName = "projection"

  let settings: Settings
  let dimension: Int
  private let mean: [Float]
  private let scale: [Float]
  private let projection: [Float]

  /// What, besides the tensors, determines the vectors.
  struct Settings: ClaimedSpectrogram, Codable, Sendable, Equatable {
    var statisticsVersion = FeatureStatistics.version
    var sampleRate: Double
    var frameLength: Int
    var hopLength: Int
    var melBandCount: Int
    var minimumFrequency: Double
    var maximumFrequency: Double
    var mfccCount: Int

    init(_ spectrogram: SpectrogramSettings) {
      sampleRate = spectrogram.sampleRate
      frameLength = spectrogram.frameLength
      hopLength = spectrogram.hopLength
      melBandCount = spectrogram.melBandCount
      minimumFrequency = spectrogram.minimumFrequency
      maximumFrequency = spectrogram.maximumFrequency
      mfccCount = spectrogram.mfccCount
    }

    var spectrogram: SpectrogramSettings {
      var spectrogram = claimedSettings
      spectrogram.mfccCount = mfccCount
      return spectrogram
    }

    /// Whether a feature extractor can work with these; a file may claim anything.
    var isSensible: Bool {
      statisticsVersion == FeatureStatistics.version && suitsStatistics(mfccCount: mfccCount)
    }
  }

  /// The settings, and the shape of each tensor that belongs to them.
  private static func plan(
    _ settings: String, projection: [Int]?, path: FilePath
  ) throws(ModelError) -> (settings: Settings, shapes: [String: [Int]]) {
    guard let settings = try? JSONDecoder().decode(Settings.self, from: Data(settings.utf8)),
      settings.isSensible
    else { throw ModelError(code: .notAModel, path: path) }
    guard let projection, projection.count == 2, projection[0] > 0, projection[0] <= 65_536 else {
      throw ModelError(code: .wrongTensor(projectionName), path: path)
    }
    let count = FeatureStatistics.parts(settings: settings.spectrogram).reduce(0) { $0 + $1.count }
    return (
      settings, ["mean": [count], "scale": [count], projectionName: [projection[0], count]]
    )
  }

  /// Refuses what can be no such model by its head alone.
  static func judge(_ claim: ModelFile.Claim, path: FilePath) throws(ModelError) {
    let plan = try plan(claim.settings, projection: claim.shapes[projectionName], path: path)
    try claim.compare(with: plan.shapes, path: path)
  }

  init(_ file: ModelFile, path: FilePath) throws(ModelError) {
    let shape = file.entries.first { $0.name == Self.projectionName }?.shape
    let (settings, shapes) = try Self.plan(file.settings, projection: shape, path: path)
    func values(_ name: String) throws(ModelError) -> [Float] {
      try file.values(name, shape: shapes[name] ?? [], path: path)
    }
    self.settings = settings
    dimension = shapes[Self.projectionName]?[0] ?? 0
    mean = try values("mean")
    scale = try values("scale")
    projection = try values(Self.projectionName)
  }

  /// The unit vector of a sound's statistics.
  func project(_ statistics: [Float]) -> MeasuredVector {
    precondition(
      statistics.count == mean.count, "\(statistics.count) statistics where \(mean.count) belong")
    let standardised = zip(statistics, zip(mean, scale)).map { ($0 - $1.0) * $1.1 }
    var vector = matrixProduct(projection, standardised)
    let length = Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    guard length > 0 else {
      // Exactly the mean of all music has no direction; any fixed one will do.
      vector[0] = 1
      return MeasuredVector(vector: vector, lengths: [0])
    }
    for place in vector.indices { vector[place] /= length }
    return MeasuredVector(vector: vector, lengths: [length])
  }
}

extension EmbeddingModel {
  /// Puts a feature-statistics model together.
  /// - Parameters:
  ///   - name: the model's own name.
  ///   - settings: how the features are computed.
  ///   - mean: subtracted from the statistics.
  ///   - scale: what the differences are multiplied by.
  ///   - projection: dimension × statistics, row-major.
  ///   - card: about the data and the training, encoded as JSON.
  public init(
    featureStatistics name: String, settings: SpectrogramSettings, mean: [Float], scale: [Float],
    projection: [Float], card: some Encodable
  ) {
    let dimension = projection.count / max(1, mean.count)
    let file = ModelFile(
      formatVersion: 1, architecture: FeatureStatisticsModel.architecture, name: name,
      settings: canonicalJSON(FeatureStatisticsModel.Settings(settings)), card: canonicalJSON(card),
      tensors: [
        ("mean", StoredTensor(shape: [mean.count], values: mean)),
        ("scale", StoredTensor(shape: [scale.count], values: scale)),
        ("projection", StoredTensor(shape: [dimension, mean.count], values: projection)),
      ])
    do {
      try self.init(file, path: FilePath(name))
    } catch {
      preconditionFailure("a model that was just put together does not load: \(error)")
    }
  }
}
