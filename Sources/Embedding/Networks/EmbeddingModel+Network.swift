internal import FileAccess
internal import NeuralNetwork
public import SpectralFeatures

extension EmbeddingModel {
  /// What brings the vectors of a network to comparable scales.
  public struct Standardisation: Sendable {
    /// Subtracted from the mean vector of an image: as many numbers as the vector has.
    public var mean: [Float]

    /// What the difference is divided by, each more than 0.
    public var deviation: [Float]

    /// Multiplied with the result, part for part: for each half in the order of the vector, or for
    /// the whole where there are no halves, a square matrix, row-major. Empty for none.
    public var whitening: [[Float]]

    /// Makes one.
    public init(mean: [Float], deviation: [Float], whitening: [[Float]] = []) {
      (self.mean, self.deviation, self.whitening) = (mean, deviation, whitening)
    }
  }

  /// Puts a model of a network together.
  /// - Parameters:
  ///   - network: its weights are taken as they are; its decoder goes into the file, where it has one.
  ///   - name: the model's own name.
  ///   - settings: how the spectrograms were computed that it was trained on.
  ///   - tileCount: tiles of an image of 512 columns, 2 to 512.
  ///   - standardisation: fitted on the mean vectors of the training data.
  ///   - card: about the data and the training, encoded as JSON.
  ///   - precision: how matrices and kernels are written down; the vectors follow from what is
  ///     written. Biases and statistics are always written in full.
  /// - Throws: `tooLargeNumbers` where a number is none, or too large for the precision; `wrongTensor`.
  public init(
    network: EmbeddingNetwork, name: String, settings: SpectrogramSettings = MelImage.settings,
    tileCount: Int, standardisation: Standardisation, card: some Encodable,
    precision: StoredTensor.Precision = .float32
  ) throws(ModelError) {
    let architecture = network.architecture
    let dimension = architecture.dimension
    let stored = network.namedParameters.map { name, parameter in
      let value = parameter.value
      return (
        name: name,
        tensor: StoredTensor(
          shape: value.shape, values: value.values,
          precision: value.shape.count > 1 ? precision : .float32)
      )
    }
    var tensors = stored.filter { !$0.name.hasPrefix(ModelFile.decoderPrefix) }
    for (name, values) in [
      (NetworkModel.meanName, standardisation.mean),
      (NetworkModel.deviationName, standardisation.deviation),
    ] {
      tensors.append((name, StoredTensor(shape: [dimension], values: values)))
    }
    let parts = NetworkModel.parts(architecture.halves, dimension: dimension)
    for (part, matrix) in zip(parts, standardisation.whitening) {
      let count = part.range.count
      tensors.append((part.name, StoredTensor(shape: [count, count], values: matrix)))
    }
    let file = ModelFile(
      formatVersion: 2, architecture: architecture.rawValue, name: name,
      settings: canonicalJSON(
        NetworkSettings(settings, tileCount: tileCount, halves: architecture.halves)),
      card: canonicalJSON(card), tensors: tensors,
      decoder: stored.filter { $0.name.hasPrefix(ModelFile.decoderPrefix) })
    let path = FilePath(name)
    try file.checkNumbers(path: path)
    try self.init(file, path: path)
  }

  /// The network with its weights, to be trained further or to make images of vectors; nil for a
  /// model without one.
  /// - Parameter withDecoder: whether the decoder is read too, where there is one.
  /// - Throws: `wrongTensor`, `damaged`, `file`.
  public func network(withDecoder: Bool) throws(ModelError) -> EmbeddingNetwork? {
    guard let architecture = NetworkArchitecture(rawValue: file.architecture) else { return nil }
    var later = GivenLater()
    let withDecoder = withDecoder && file.hasDecoder
    let network = EmbeddingNetwork(architecture, withDecoder: withDecoder, weights: &later)
    var tensors = file.networkTensors
    if withDecoder {
      let shapes = network.namedParameters.map { ($0.name, $0.parameter.value.shape) }
      for (name, tensor) in try file.decoderTensors(Dictionary(uniqueKeysWithValues: shapes)) {
        tensors[name] = tensor.tensor
      }
    }
    try network.give(tensors, path: FilePath(name))
    return network
  }
}
