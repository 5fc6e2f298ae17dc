public import Embedding
public import FileAccess
internal import NeuralNetwork

/// The training of the model `earshot`, from windows in a cache to the finished model.
///
/// First what follows from statistics alone, then the networks, then, with networks that stay as they
/// are, a map for each half that makes parts of one track alike, and the decoder once more on the
/// finished vectors.
public struct EarshotTraining {
  let tracks: WindowTracks
  let split: DataSplit
  let settings: NetworkTrainingSettings
  let start: EarshotStart
  /// The networks.
  public let network: EarshotNetwork

  /// Steps of the decoder at the end, at most.
  var decoderSteps = 150
  /// The defaults of the networks' training, chosen as docs/experiments.md tells.
  public static var defaults: NetworkTrainingSettings {
    var settings = NetworkTrainingSettings()
    settings.objective = .both
    settings.reconstructionWeight = 1
    settings.temperature = 0.2
    settings.epochs = 10
    settings.tilesPerTrack = 6
    settings.batchSize = 128
    settings.learningRate = 1e-3
    settings.schedule = .cosine
    settings.warmUpEpochs = 1
    settings.weightDecay = 1e-3
    settings.gradientNorm = 5
    settings.keepsLast = true
    return settings
  }

  /// Fits the projections of the statistics.
  /// - Parameter report: called with the share that is done; false stops.
  /// - Returns: nil when told to stop.
  /// - Throws: `tooFewTracks`, `tooMuchAlike`, `cache`.
  public init?(
    _ tracks: WindowTracks, _ split: DataSplit, settings: NetworkTrainingSettings,
    report: (Double) -> Bool
  ) throws(NetworkTrainingError) {
    guard split.training.count >= 2 else {
      throw NetworkTrainingError(code: .tooFewTracks(split.training.count, needed: 2), path: nil)
    }
    guard let start = try EarshotStart(tracks, members: split.training, report: report) else {
      return nil
    }
    self.init(tracks, split, settings: settings, start: start)
  }

  init(
    _ tracks: WindowTracks, _ split: DataSplit, settings: NetworkTrainingSettings,
    start: EarshotStart
  ) {
    (self.tracks, self.split, self.settings, self.start) = (tracks, split, settings, start)
    network = EarshotNetwork(seed: settings.seed)
  }

  /// A trainer of the networks.
  /// - Parameters:
  ///   - checkpoint: the file that is written after each epoch, and when the training is told to stop.
  ///   - now: seconds from any beginning.
  public func trainer(
    checkpoint: FilePath?, now: @escaping () -> Double
  ) -> NetworkTrainer<EarshotTask> {
    NetworkTrainer(
      EarshotTask(network, EarshotBatches(tracks, split, start, settings), settings: settings),
      settings: settings, checkpoint: checkpoint, now: now)
  }

  /// What is finished, but for its name and card.
  public struct Finished {
    package let parts: EarshotParts
    /// The mean squared error of each track's picture, ascending.
    public let errors: [Float]

    /// Numbers that were fitted or trained, those of the decoder too.
    public var parameterCount: Int {
      parts.network.namedParameters.reduce(0) { $0 + $1.parameter.value.count }
        + parts.profileMean.count + parts.profileDeviation.count
        + parts.halves.values.reduce(0) {
          $0 + 2 * $1.projection.mean.count + $1.projection.matrix.count + $1.centre.count
            + $1.map.count
        }
    }

    /// The error that so many of a hundred tracks do not pass.
    public func error(percentile: Double) -> Float {
      let place = (Double(errors.count - 1) * percentile / 100).rounded(.up)
      return errors[min(errors.count - 1, Int(place))]
    }

    /// Puts the model together.
    /// - Parameters:
    ///   - name: the model's own name.
    ///   - card: about the data and the training, encoded as JSON.
    ///   - precision: how matrices and kernels are written down.
    /// - Throws: `tooLargeNumbers` where a number is none, or too large for the precision.
    public func model(
      name: String, card: some Encodable, precision: StoredTensor.Precision
    ) throws(ModelError) -> EmbeddingModel {
      try EmbeddingModel(
        earshot: parts, name: name, settings: WindowCache.settings, card: card,
        precision: precision)
    }
  }
}
