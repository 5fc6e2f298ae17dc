internal import FileAccess
internal import NeuralNetwork
package import SpectralFeatures

/// The model `earshot` before it is written down.
package struct EarshotParts {
  /// A half beside its network.
  package struct Half {
    package var projection: StatisticsProjection
    /// How much the network counts beside the statistics.
    package var share: Float
    /// Subtracted from the join.
    package var centre: [Float]
    /// 128 x 128, row-major.
    package var map: [Float]

    package init(
      projection: StatisticsProjection, share: Float, centre: [Float], map: [Float]
    ) {
      (self.projection, self.share) = (projection, share)
      (self.centre, self.map) = (centre, map)
    }
  }

  package var network: EarshotNetwork
  package var halves: [EarshotHalf: Half]
  /// One number for each of ``EarshotHalf/profiles``.
  package var profileMean: [Float]
  package var profileDeviation: [Float]

  package init(
    network: EarshotNetwork, halves: [EarshotHalf: Half], profileMean: [Float],
    profileDeviation: [Float]
  ) {
    (self.network, self.halves) = (network, halves)
    (self.profileMean, self.profileDeviation) = (profileMean, profileDeviation)
  }
}

extension EmbeddingModel {
  /// Puts a model `earshot` together.
  /// - Parameters:
  ///   - name: the model's own name.
  ///   - settings: how the features are computed.
  ///   - card: about the data and the training, encoded as JSON.
  ///   - precision: how matrices and kernels are written down; the vectors follow from what is
  ///     written. All else is written in full.
  /// - Throws: `tooLargeNumbers` where a number is none, or too large for the precision; `wrongTensor`.
  package init(
    earshot parts: EarshotParts, name: String, settings: SpectrogramSettings,
    card: some Encodable, precision: StoredTensor.Precision = .float32
  ) throws(ModelError) {
    let dimension = EarshotHalf.dimension
    var tensors: ModelFile.NamedTensors = []
    func add(_ name: String, _ shape: [Int], _ values: [Float]) {
      tensors.append(
        (
          name,
          StoredTensor(
            shape: shape, values: values, precision: shape.count > 1 ? precision : .float32)
        ))
    }
    for half in EarshotHalf.allCases {
      guard let part = parts.halves[half] else { preconditionFailure("a model without a half") }
      let (name, count) = (half.rawValue, part.projection.mean.count)
      add("\(name).statistics.mean", [count], part.projection.mean)
      add("\(name).statistics.scale", [count], part.projection.scale)
      add("\(name).statistics.projection", [dimension, count], part.projection.matrix)
      add("\(name).final.centre", [dimension], part.centre)
      add("\(name).final.map", [dimension, dimension], part.map)
    }
    add("profiles.mean", [parts.profileMean.count], parts.profileMean)
    add("profiles.deviation", [parts.profileDeviation.count], parts.profileDeviation)
    for (name, parameter) in parts.network.namedParameters {
      add(name, parameter.value.shape, parameter.value.values)
    }
    let isOfDecoder = { (name: String) in name.hasPrefix(ModelFile.decoderPrefix) }
    let file = ModelFile(
      formatVersion: 2, architecture: EarshotModel.architecture, name: name,
      settings: canonicalJSON(
        EarshotSettings(settings, shares: parts.halves.mapValues(\.share))),
      card: canonicalJSON(card), tensors: tensors.filter { !isOfDecoder($0.name) },
      decoder: tensors.filter { isOfDecoder($0.name) })
    let path = FilePath(name)
    try file.checkNumbers(path: path)
    try self.init(file, path: path)
  }
}

extension EmbeddingModel {
  /// The decoder of a model `earshot`, which draws pictures of vectors times
  /// ``EarshotNetwork/decoderFactor``; nil where it has none.
  /// - Throws: `wrongTensor`, `damaged`, `file`.
  func pictureDecoder() throws(ModelError) -> (any Layer)? {
    guard file.architecture == EarshotModel.architecture, file.hasDecoder else { return nil }
    var later = GivenLater()
    let decoder = EarshotNetwork.decoder(weights: &later)
    let shapes = decoder.namedParameters.map {
      (ModelFile.decoderPrefix + $0.name, $0.parameter.value.shape)
    }
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in try file.decoderTensors(Dictionary(uniqueKeysWithValues: shapes)) {
      tensors[name] = tensor.tensor
    }
    let path = FilePath(name)
    for (name, parameter) in decoder.namedParameters {
      parameter.value = try EmbeddingNetwork.checked(
        tensors, ModelFile.decoderPrefix + name, parameter.value.shape, path: path)
    }
    return decoder
  }
}
