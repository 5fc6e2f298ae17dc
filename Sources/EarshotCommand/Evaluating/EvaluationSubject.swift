import Embedding
import Evaluation
import SpectralFeatures

/// A way to compare tracks that is measured by itself.
enum EvaluationSubject: Sendable {
  case model(EmbeddingModel)
  case untrained(UntrainedNetwork)
  case baseline(Baseline)

  var name: String {
    switch self {
    case .model(let model): model.name
    case .untrained(let network): "untrained \(network.architecture.rawValue)"
    case .baseline(let baseline): baseline.rawValue
    }
  }

  var settings: SpectrogramSettings {
    switch self {
    case .model(let model): model.settings
    case .untrained(let network): network.model.settings
    case .baseline: SpectrogramSettings()
    }
  }

  var contents: SpectralAnalyzer.Contents {
    switch self {
    case .model(let model): model.contents
    case .untrained(let network): network.model.contents
    case .baseline: Baseline.contents
    }
  }

  func values(of features: SpectralFeatureSet, seed: UInt32) -> [Float] {
    switch self {
    case .model(let model): model.embed(features)
    case .untrained(let network): network.values(of: features)
    case .baseline(let baseline): baseline.values(of: features, seed: seed)
    }
  }

  /// Whether the values are those of another subject.
  func hasValues(of other: EvaluationSubject) -> Bool {
    guard case .baseline(let own) = self, case .baseline(let other) = other else { return false }
    let gaussians: [Baseline] = [.gaussian, .mutualGaussian]
    return gaussians.contains(own) && gaussians.contains(other)
  }

  /// How the values are compared, where that is not simply by cosine.
  /// - Parameter rows: the values of the unchanged tracks.
  /// - Returns: nil for a baseline that does not fit these tracks.
  func space(_ rows: [[Float]]) -> EvaluationSpace? {
    switch self {
    case .model: .cosine
    case .untrained(let network):
      BaselineSpace(standardising: rows, parts: network.model.halves.map(\.range))
        .map(EvaluationSpace.fitted)
    case .baseline(let baseline): BaselineSpace(baseline, rows: rows).map(EvaluationSpace.fitted)
    }
  }
}

/// How values are compared.
enum EvaluationSpace {
  case cosine
  case fitted(BaselineSpace)

  func gallery(_ candidates: [[Float]]) -> Gallery {
    switch self {
    case .cosine: Gallery(candidates)
    case .fitted(let space): space.gallery(candidates)
    }
  }
}

/// A network that has learnt nothing: what its shape alone makes of sound. A trained one has to be
/// better.
struct UntrainedNetwork: Sendable {
  let architecture: NetworkArchitecture
  /// Its mean vectors are taken as they are: what a training would have fitted is fitted to the
  /// evaluated tracks.
  let model: EmbeddingModel

  static let seed: UInt64 = 1
  /// Tiles of 512 columns. Vectors of the autoencoders depend on where a tile begins, so more are
  /// averaged; as many as `train` gives a model of each.
  static func tileCount(_ architecture: NetworkArchitecture) -> Int {
    architecture.hasDecoder ? 32 : 8
  }
  /// Those that see the mel image and nothing else.
  static let architectures: [NetworkArchitecture] = [
    .timeFrequencyAutoencoder, .convolutionalAutoencoder, .contrastiveCNN,
  ]

  /// Makes one.
  /// - Throws: `ModelError`.
  init(_ architecture: NetworkArchitecture) throws {
    self.architecture = architecture
    let count = architecture.dimension
    model = try EmbeddingModel(
      network: EmbeddingNetwork(architecture, seed: Self.seed),
      name: "untrained \(architecture.rawValue)", tileCount: Self.tileCount(architecture),
      standardisation: .init(
        mean: [Float](repeating: 0, count: count), deviation: [Float](repeating: 1, count: count)),
      card: [String: String]())
  }

  func values(of features: SpectralFeatureSet) -> [Float] {
    guard let vector = model.meanNetworkVector(of: features) else {
      preconditionFailure("a network without a vector")
    }
    return vector
  }
}
