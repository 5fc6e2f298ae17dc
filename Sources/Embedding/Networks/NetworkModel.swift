internal import FileAccess
internal import FoundationEssentials
internal import NeuralNetwork
internal import SpectralFeatures
internal import Synchronization

/// A network with what makes its vectors comparable: the mean over an image's tiles is standardised,
/// whitened where the model does so, and brought to length 1, each half by itself.
///
/// It serves many threads: each takes a network of its own, of which there are as many as were ever
/// needed at once; they share the weights as they came from the file.
final class NetworkModel: Sendable {
  let architecture: NetworkArchitecture
  let settings: NetworkSettings
  let halves: [VectorHalf]
  private let mean: [Float]
  private let deviation: [Float]
  /// For each part of the vector, square and row-major; empty for none.
  private let whitening: [[Float]]
  private let weights: [String: Tensor]
  private let idle = Mutex<[Idle]>([])

  /// A network that no thread uses. Unchecked: whoever takes it out is the only one to know it.
  private struct Idle: @unchecked Sendable {
    let network: EmbeddingNetwork
  }

  /// What a file says of its settings.
  private static func settings(
    _ text: String, _ architecture: NetworkArchitecture, path: FilePath
  ) throws(ModelError) -> (settings: NetworkSettings, halves: [VectorHalf]) {
    guard let settings = try? JSONDecoder().decode(NetworkSettings.self, from: Data(text.utf8)),
      settings.isSensible, let halves = settings.vectorHalves(dimension: architecture.dimension)
    else { throw ModelError(code: .notAModel, path: path) }
    return (settings, halves)
  }

  /// Refuses what can be no such network by its head alone.
  static func judge(
    _ architecture: NetworkArchitecture, _ claim: ModelFile.Claim, path: FilePath
  ) throws(ModelError) {
    let (_, halves) = try settings(claim.settings, architecture, path: path)
    let dimension = architecture.dimension
    var needed = [meanName: [dimension], deviationName: [dimension]]
    if claim.shapes.keys.contains(where: { $0.hasPrefix(whiteningName) }) {
      for (name, range) in parts(halves, dimension: dimension) {
        needed[name] = [range.count, range.count]
      }
    }
    var later = GivenLater()
    let network = EmbeddingNetwork(architecture, withDecoder: false, weights: &later)
    for (name, parameter) in network.namedParameters { needed[name] = parameter.value.shape }
    try claim.compare(with: needed, path: path)
  }

  init(_ architecture: NetworkArchitecture, _ file: ModelFile, path: FilePath) throws(ModelError) {
    let (settings, halves) = try Self.settings(file.settings, architecture, path: path)
    self.architecture = architecture
    self.settings = settings
    self.halves = halves
    let dimension = architecture.dimension
    mean = try file.values(Self.meanName, shape: [dimension], path: path)
    deviation = try file.values(Self.deviationName, shape: [dimension], path: path)
    guard deviation.allSatisfy({ $0 >= Self.leastDeviation }) else {
      throw ModelError(code: .wrongTensor(Self.deviationName), path: path)
    }
    let parts = Self.parts(halves, dimension: dimension)
    if file.entries.contains(where: { $0.name.hasPrefix(Self.whiteningName) }) {
      var whitening: [[Float]] = []
      for (name, range) in parts {
        whitening.append(
          try file.values(name, shape: [range.count, range.count], path: path))
      }
      self.whitening = whitening
    } else {
      whitening = []
    }
    var later = GivenLater()
    let network = EmbeddingNetwork(architecture, withDecoder: false, weights: &later)
    try network.give(file.networkTensors, path: path)
    weights = Dictionary(
      uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter.value) })
    // Nothing may count for the identity that does not count for the vectors.
    guard file.entries.count == weights.count + 2 + whitening.count else {
      throw ModelError(code: .notAModel, path: path)
    }
    let first = Idle(network: network)
    idle.withLock { $0.append(first) }
  }

  static let meanName = "standardisation.mean"
  static let deviationName = "standardisation.deviation"
  static let whiteningName = "whitening"
  /// A dimension that hardly moves would be blown up to noise.
  static let leastDeviation: Float = 1e-12

  /// What is whitened and normalised by itself: each half, or else the whole; with the name of the
  /// tensor that whitens it.
  static func parts(_ halves: [VectorHalf], dimension: Int) -> [(name: String, range: Range<Int>)] {
    halves.isEmpty
      ? [(whiteningName, 0..<dimension)]
      : halves.map { ("\(whiteningName).\($0.axis.rawValue)", $0.range) }
  }

  /// The vector of an image: of length 1, or each half of length 1 / √2.
  func vector(of image: MelImage) -> MeasuredVector { finished(meanVector(of: image)) }

  /// The mean over the image's tiles of what the network makes of them.
  func meanVector(of image: MelImage) -> [Float] {
    let network = take()
    defer { give(network) }
    return network.meanVector(of: image, tileCount: settings.tileCount)
  }

  /// Standardises, whitens and normalises the mean vector of an image.
  private func finished(_ vector: [Float]) -> MeasuredVector {
    var vector = vector
    var lengths: [Float] = []
    for place in vector.indices {
      vector[place] = (vector[place] - mean[place]) / deviation[place]
    }
    let parts = Self.parts(halves, dimension: vector.count)
    for (number, part) in parts.enumerated() {
      if !whitening.isEmpty { whiten(&vector, part.range, by: whitening[number]) }
      lengths.append(vector.normalise(part.range, to: (1 / Float(parts.count)).squareRoot()))
    }
    return MeasuredVector(vector: vector, lengths: lengths)
  }

  private func whiten(_ vector: inout [Float], _ range: Range<Int>, by matrix: [Float]) {
    vector.replaceSubrange(range, with: matrixProduct(matrix, Array(vector[range])))
  }

  private func take() -> EmbeddingNetwork {
    if let waiting = idle.withLock({ $0.popLast() }) { return waiting.network }
    var later = GivenLater()
    let network = EmbeddingNetwork(architecture, withDecoder: false, weights: &later)
    network.give { name, _ in
      guard let tensor = weights[name] else { preconditionFailure("no weights for \(name)") }
      return tensor
    }
    return network
  }

  private func give(_ network: EmbeddingNetwork) {
    let waiting = Idle(network: network)
    idle.withLock { $0.append(waiting) }
  }
}

extension EmbeddingNetwork {
  /// Sets every parameter to the tensor of its name.
  /// - Throws: `wrongTensor` where it is missing, has another shape, or a number that it cannot have.
  func give(_ tensors: [String: Tensor], path: FilePath) throws(ModelError) {
    try give { (name, shape) throws(ModelError) in
      try Self.checked(tensors, name, shape, path: path)
    }
  }

  /// The tensor of a name.
  /// - Throws: `wrongTensor` where it is missing, has another shape, or a number that it cannot have.
  static func checked(
    _ tensors: [String: Tensor], _ name: String, _ shape: [Int], path: FilePath
  ) throws(ModelError) -> Tensor {
    guard let tensor = tensors[name], tensor.shape == shape else {
      throw ModelError(code: .wrongTensor(name), path: path)
    }
    let least: Float = name.hasSuffix(".running_var") ? 0 : -ModelFile.largestValue
    let isSound = tensor.withNumbers { numbers in
      // Both comparisons are false for what is no number. Without a branch, for speed.
      numbers.reduce(into: 0) {
        $0 |= ($1 >= least ? 0 : 1) | ($1 <= ModelFile.largestValue ? 0 : 1)
      } == 0
    }
    guard isSound else { throw ModelError(code: .wrongTensor(name), path: path) }
    return tensor
  }
}
