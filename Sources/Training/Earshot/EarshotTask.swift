internal import Embedding
public import NeuralNetwork

/// The networks of the model `earshot`, learning to know a track by any part of it, in the vector and
/// in each half of it, to be nobody's neighbour more often than others, and to draw what they heard.
///
/// The projections of the statistics stay as they began.
public struct EarshotTask: TrainingTask {
  let network: EarshotNetwork
  /// Windows of the tracks.
  public let batches: EarshotBatches
  private let settings: NetworkTrainingSettings
  private let joins: [EarshotHalf: Join]

  /// How much each network counts beside the statistics while it learns: enough to have to learn.
  static let shares: [EarshotHalf: Float] = [.time: 0.5, .frequency: 1]
  /// What the halves' own losses count together beside the vector's.
  static let halvesWeight: Float = 0.5
  /// What the variance of neighbours counts, and what cosines are divided by for it.
  static let hubWeight: Float = 0.3
  static let hubTemperature: Float = 0.05

  init(_ network: EarshotNetwork, _ batches: EarshotBatches, settings: NetworkTrainingSettings) {
    (self.network, self.batches, self.settings) = (network, batches, settings)
    joins = Self.shares.mapValues { Join(share: $0) }
  }

  /// That of the model.
  public var name: String { "earshot" }

  /// Those of the encoders and the decoder.
  public var namedParameters: [(name: String, parameter: Parameter)] { network.namedParameters }

  /// n(u + share · n(e)), forwards and backwards.
  private final class Join {
    let share: Float
    private let inner = L2Normalize()
    private let outer = L2Normalize()

    init(share: Float) { self.share = share }

    func forward(_ projected: Tensor, _ encoded: Tensor, training: Bool) -> Tensor {
      let unit = inner.forward(encoded, training: training)
      return outer.forward(projected.adding(unit, times: share), training: training)
    }

    /// The gradient by what was encoded.
    func backward(_ gradient: Tensor) -> Tensor {
      inner.backward(outer.backward(gradient).scaled(by: share))
    }
  }

  /// The loss of a batch; with `training`, the gradients of all parameters too.
  public func loss(of batch: EarshotBatch, training: Bool) -> TrainingLoss {
    let halves = EarshotHalf.allCases.map { half -> Tensor in
      guard let projected = batch.projected[half], let sequence = batch.sequences[half],
        let join = joins[half]
      else { preconditionFailure("a batch without a half") }
      return join.forward(
        projected, network.encoder(of: half).forward(sequence, training: training),
        training: training)
    }
    let vectors = Tensor.sideBySide(halves).scaled(by: (0.5 as Float).squareRoot())
    let (partners, tracks, artists) = (
      batch.tracks.indices.map { $0 ^ 1 }, batch.tracks, batch.artists
    )
    // Another track of the artist may well sound alike.
    let isLeftOut = { (row: Int, column: Int) in
      artists[row] >= 0 && artists[row] == artists[column]
    }
    func contrast(_ vectors: Tensor) -> LossValue {
      Loss.ntXent(
        vectors, partners: partners, temperature: settings.temperature, isLeftOut: isLeftOut)
    }
    let whole = contrast(vectors)
    let parts = halves.map(contrast)
    let hubs = Loss.hubness(vectors, temperature: Self.hubTemperature) {
      tracks[$0] == tracks[$1]
    }
    let drawn = network.decoder.forward(
      vectors.rows(batch.pictured).scaled(by: EarshotNetwork.decoderFactor), training: training)
    let picture = Loss.meanSquaredError(drawn, target: batch.pictures)
    let partWeight = Self.halvesWeight / Float(halves.count)
    if training {
      let byDrawn = network.decoder.backward(
        picture.gradients[0].scaled(by: settings.reconstructionWeight)
      ).scaled(by: EarshotNetwork.decoderFactor)
      let gradient = whole.gradients[0].adding(hubs.gradients[0], times: Self.hubWeight)
        .adding(byDrawn, toRows: batch.pictured).scaled(by: (0.5 as Float).squareRoot())
      for (place, half) in EarshotHalf.allCases.enumerated() {
        let columns = (place * EarshotHalf.dimension)..<((place + 1) * EarshotHalf.dimension)
        let byHalf = gradient.columns(columns).adding(parts[place].gradients[0], times: partWeight)
        guard let join = joins[half] else { continue }
        _ = network.encoder(of: half).backward(join.backward(byHalf))
      }
    }
    let contrasts = whole.value + partWeight * parts.reduce(0) { $0 + $1.value }
    return TrainingLoss(
      total: contrasts + Self.hubWeight * hubs.value
        + settings.reconstructionWeight * picture.value,
      reconstruction: picture.value, contrast: whole.value)
  }
}
