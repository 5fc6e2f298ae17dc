public import FileAccess
public import Hashing
public import SpectralFeatures

/// A model: features of a sound in, one unit vector out. Vectors of different models never meet.
public struct EmbeddingModel: Sendable {
  /// The model's own name, such as "feature-statistics".
  public let name: String
  /// SHA-256 over everything that determines the vectors.
  public let identity: Digest
  /// The length of the vectors.
  public let dimension: Int
  /// How the features that it takes are computed.
  public let settings: SpectrogramSettings
  /// The features that it takes.
  public let contents: SpectralAnalyzer.Contents
  /// Data, licence, training and measured quality, in JSON.
  public let card: String

  /// The parts of the vectors that are compared by themselves; none where there are no such.
  public let halves: [VectorHalf]

  private let network: Network
  let file: ModelFile

  private enum Network: Sendable {
    case featureStatistics(FeatureStatisticsModel)
    case network(NetworkModel)
    case earshot(EarshotModel)
  }

  /// Loads a model file, checking structure, sizes and the quick checksum.
  /// - Throws: every code of ``ModelError`` except `notFound`.
  public init(_ path: FilePath) throws(ModelError) {
    let file = try ModelFile(path) { (claim) throws(ModelError) in
      switch claim.architecture {
      case FeatureStatisticsModel.architecture: try FeatureStatisticsModel.judge(claim, path: path)
      case EarshotModel.architecture: try EarshotModel.judge(claim, path: path)
      default:
        guard let architecture = NetworkArchitecture(rawValue: claim.architecture) else {
          throw ModelError(code: .unknownArchitecture(claim.architecture), path: path)
        }
        try NetworkModel.judge(architecture, claim, path: path)
      }
    }
    try self.init(file, path: path)
  }

  init(_ file: ModelFile, path: FilePath) throws(ModelError) {
    switch file.architecture {
    case FeatureStatisticsModel.architecture:
      let model = try FeatureStatisticsModel(file, path: path)
      network = .featureStatistics(model)
      dimension = model.dimension
      settings = model.settings.spectrogram
      contents = FeatureStatistics.contents
      halves = []
    case EarshotModel.architecture:
      let model = try EarshotModel(file, path: path)
      network = .earshot(model)
      dimension = EarshotModel.dimension
      settings = model.settings.spectrogram
      contents = EarshotInput.contents
      halves = EarshotHalf.allCases.map(\.vectorHalf)
    default:
      guard let architecture = NetworkArchitecture(rawValue: file.architecture) else {
        throw ModelError(code: .unknownArchitecture(file.architecture), path: path)
      }
      let model = try NetworkModel(architecture, file, path: path)
      network = .network(model)
      dimension = architecture.dimension
      settings = model.settings.spectrogram
      contents = .melDecibels
      halves = model.halves
    }
    name = file.name
    identity = file.identity
    card = file.card
    self.file = file
  }

  /// The vector of a sound.
  /// - Parameter features: of ``contents``, computed with ``settings``.
  /// - Returns: ``dimension`` finite values of Euclidean length 1.
  public func embed(_ features: SpectralFeatureSet) -> [Float] { measure(features).vector }

  /// The vector of a sound, and how long it was before it was normalised.
  /// - Parameter features: of ``contents``, computed with ``settings``.
  public func measure(_ features: SpectralFeatureSet) -> MeasuredVector {
    let measured: MeasuredVector
    switch network {
    case .featureStatistics(let model):
      measured = model.project(FeatureStatistics.vector(of: features))
    case .network(let model):
      guard let melDecibels = features.melDecibels else {
        preconditionFailure("a network without the mel spectrogram that it sees")
      }
      measured = model.vector(of: MelImage(melDecibels: melDecibels))
    case .earshot(let model): measured = model.vector(of: EarshotInput(features))
    }
    precondition(
      measured.vector.allSatisfy(\.isFinite), "finite features gave a vector that is not finite")
    return measured
  }

  /// What the network makes of a sound, before it is standardised, whitened and normalised; nil for
  /// a model without a network.
  /// - Parameter features: of ``contents``, computed with ``settings``.
  /// - Returns: ``dimension`` values, the means over the sound's tiles.
  public func meanNetworkVector(of features: SpectralFeatureSet) -> [Float]? {
    guard case .network(let model) = network, let melDecibels = features.melDecibels else {
      return nil
    }
    return model.meanVector(of: MelImage(melDecibels: melDecibels))
  }

  /// Writes the model as a file.
  /// - Throws: `file`.
  public func write(to path: FilePath) throws(ModelError) { try file.write(to: path) }

  /// Computes the identity anew from everything that determines the vectors.
  /// - Throws: `damaged` when it is not the one the file claims.
  public func verify(_ path: FilePath) throws(ModelError) {
    guard file.hasTrueIdentity else { throw ModelError(code: .damaged, path: path) }
  }
}
