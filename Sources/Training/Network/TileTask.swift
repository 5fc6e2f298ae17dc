public import NeuralNetwork

/// A network of tiles, learning to draw them again, to know tracks by them, or both.
public struct TileTask: TrainingTask {
  let network: NetworkInTraining
  let settings: NetworkTrainingSettings
  /// Random crops of the tracks.
  public let batches: TileBatches
  private let normalization = L2Normalize()

  init(_ network: NetworkInTraining, _ batches: TileBatches, settings: NetworkTrainingSettings) {
    precondition(
      settings.objective == .contrastive || network.decoder != nil,
      "only a network with a decoder can reconstruct")
    // What is not learnt is not kept either: nobody trains a decoder by comparing vectors.
    self.network =
      settings.objective == .contrastive
      ? NetworkInTraining(name: network.name, encoder: network.encoder, decoder: nil) : network
    self.settings = settings
    self.batches = batches
  }

  /// That of the network.
  public var name: String { network.name }

  /// Those of the network that are learnt.
  public var namedParameters: [(name: String, parameter: Parameter)] { network.namedParameters }

  /// The loss of a batch; with `training`, the gradients of all parameters too.
  public func loss(of batch: TileBatch, training: Bool) -> TrainingLoss {
    let input = batch.others.map { Tensor.stacked([batch.tiles, $0]) } ?? batch.tiles
    let vectors = network.encoder.forward(input, training: training)
    var loss = TrainingLoss.none
    var gradient: Tensor?
    if settings.objective != .contrastive, let decoder = network.decoder {
      let output = decoder.forward(vectors, training: training)
      let error = Loss.meanSquaredError(output, target: input.reshaped(output.shape))
      loss.reconstruction = error.value
      if training {
        let weight = settings.objective == .both ? settings.reconstructionWeight : 1
        gradient = decoder.backward(error.gradients[0].scaled(by: weight))
      }
    }
    if settings.objective != .reconstruction {
      let units = normalization.forward(vectors, training: training)
      let views = units.halves
      let error = Loss.ntXent(views.0, views.1, temperature: settings.temperature)
      loss.contrast = error.value
      if training {
        let ofVectors = normalization.backward(Tensor.stacked(error.gradients))
        gradient = gradient.map { $0.adding(ofVectors, times: 1) } ?? ofVectors
      }
    }
    if training, let gradient { _ = network.encoder.backward(gradient) }
    loss.total =
      switch settings.objective {
      case .reconstruction: loss.reconstruction
      case .contrastive: loss.contrast
      case .both: loss.reconstruction * settings.reconstructionWeight + loss.contrast
      }
    return loss
  }
}
