public import FileAccess
internal import FoundationEssentials
public import Hashing

/// What the head of a model file says; the tensors are neither read nor checked.
public struct ModelHead: Sendable {
  /// Which kind of model it is.
  public let architecture: String
  /// The model's own name.
  public let name: String
  /// The identity that the file claims.
  public let identity: Digest
  /// The length of the vectors; nil where the head does not say it.
  public let dimension: Int?
  /// The parts of the vectors that are compared by themselves; none where there are no such.
  public let halves: [VectorHalf]

  /// Reads the head of a file.
  /// - Throws: `file`, `malformed`, `tooLarge`, `notAModel`, `newerFormat`.
  public init(_ path: FilePath) throws(ModelError) {
    let metadata = try SafeTensors.metadata(of: path)
    guard metadata["format"] == ModelFile.format,
      let version = metadata["format_version"].flatMap({ Int($0) }), version > 0,
      let architecture = metadata["architecture"], let name = metadata["name"],
      let identity = metadata["identity"].flatMap({ Digest(hexadecimal: $0) })
    else { throw ModelError(code: .notAModel, path: path) }
    guard version <= ModelFile.newestFormatVersion else {
      throw ModelError(code: .newerFormat(version), path: path)
    }
    self.architecture = architecture
    self.name = name
    self.identity = identity
    if architecture == EarshotModel.architecture {
      dimension = EarshotModel.dimension
      halves = EarshotHalf.allCases.map(\.vectorHalf)
      return
    }
    guard let network = NetworkArchitecture(rawValue: architecture) else {
      let file = try SafeTensors(path)
      dimension = file.shape(of: FeatureStatisticsModel.projectionName)?.first
      halves = []
      return
    }
    dimension = network.dimension
    guard
      let settings = try? JSONDecoder().decode(
        NetworkSettings.self, from: Data((metadata["settings"] ?? "").utf8)),
      let halves = settings.vectorHalves(dimension: network.dimension)
    else { throw ModelError(code: .notAModel, path: path) }
    self.halves = halves
  }
}
