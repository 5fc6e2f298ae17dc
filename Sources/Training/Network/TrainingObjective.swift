internal import NeuralNetwork

/// One step of learning: losses and gradients of a network for a batch.
struct TrainingObjective {
  let network: NetworkInTraining
  let settings: NetworkTrainingSettings
  private let normalization = L2Normalize()

  init(_ network: NetworkInTraining, settings: NetworkTrainingSettings) {
    precondition(
      settings.objective == .contrastive || network.decoder != nil,
      "only a network with a decoder can reconstruct")
    self.network = network
    self.settings = settings
  }

  /// The loss of a batch; with `training`, the gradients of all parameters too.
  func loss(of batch: TileBatch, training: Bool) -> TrainingLoss {
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
        gradient = gradient.map { $0.adding(ofVectors) } ?? ofVectors
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

extension Tensor {
  fileprivate func scaled(by factor: Float) -> Tensor {
    guard factor != 1 else { return self }
    var result = self
    result.withMutableNumbers { numbers in
      for place in numbers.indices { numbers[place] *= factor }
    }
    return result
  }

  fileprivate func adding(_ other: Tensor) -> Tensor {
    var result = self
    result.withMutableNumbers { numbers in
      other.withNumbers { added in
        for place in numbers.indices { numbers[place] += added[place] }
      }
    }
    return result
  }

  /// The first and the second half of the rows.
  fileprivate var halves: (Tensor, Tensor) {
    let rows = shape[0] / 2
    let size = count / 2
    let half = [rows] + shape.dropFirst()
    return withNumbers { numbers in
      (
        Tensor(shape: half, values: numbers[..<size]),
        Tensor(shape: half, values: numbers[size...])
      )
    }
  }
}
