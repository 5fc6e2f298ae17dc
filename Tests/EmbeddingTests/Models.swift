import Embedding
import FileAccess
import Foundation
import SpectralFeatures
import TestSupport

/// Models that the tests share.
enum Models {
  /// The model of format version 1 that `Reference/make_fixtures.py` wrote.
  static let format1: FilePath = {
    let name = "model-format-1"
    guard
      let path = Bundle.module.path(
        forResource: name, ofType: "safetensors", inDirectory: "Fixtures")
    else { preconditionFailure("no fixture \(name)") }
    return FilePath(path)
  }()

  /// The statistics of ``format1``.
  static let statisticsCount = 67

  /// The settings of ``format1``.
  static let settings: SpectrogramSettings = {
    var settings = SpectrogramSettings()
    settings.sampleRate = 16_000
    settings.frameLength = 1_024
    settings.hopLength = 512
    settings.melBandCount = 4
    settings.maximumFrequency = 4_000
    settings.mfccCount = 2
    return settings
  }()

  /// Parts of a model with the settings of ``format1``.
  static func make(
    name: String = "tiny", settings: SpectrogramSettings = settings, dimension: Int = 3,
    card: [String: String] = ["data": "none"],
    change: (inout [Float], inout [Float], inout [Float]) -> Void = { _, _, _ in }
  ) -> EmbeddingModel {
    let count = FeatureStatistics.parts(settings: settings).reduce(0) { $0 + $1.count }
    var mean = (0..<count).map { Float($0) / 8 }
    var scale = (0..<count).map { $0.isMultiple(of: 2) ? Float(1) : 2 }
    var projection = (0..<dimension).flatMap { row in
      (0..<count).map { $0 % dimension == row ? Float(1) : 0 }
    }
    change(&mean, &scale, &projection)
    return EmbeddingModel(
      featureStatistics: name, settings: settings, mean: mean, scale: scale,
      projection: projection, card: card)
  }

  /// The shipped model.
  static func shipped() throws -> EmbeddingModel {
    try EmbeddingModel(Repository.models.appending("feature-statistics.safetensors"))
  }
}
