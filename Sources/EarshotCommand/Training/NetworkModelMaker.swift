import CommandInterface
import Embedding
import FileAccess
import Hashing
import NeuralNetwork
import Training

/// Makes the model of a trained network: measures it on the tracks it was trained on, and tells of
/// it in a card.
struct NetworkModelMaker {
  let session: TrainingSession
  let network: EmbeddingNetwork
  let tracks: TrainingTracks
  let split: DataSplit
  let trainer: NetworkTrainer<TileTask>
  let music: TrainingMusic

  /// Whether the decoder was trained with the encoder.
  private var hasDecoder: Bool {
    network.decoder != nil && session.settings.objective != .contrastive
  }

  private var parameterCount: Int {
    network.encoder.parameterCount + (hasDecoder ? network.decoder?.parameterCount ?? 0 : 0)
  }

  /// Tiles that 30 s are cut into: where tiles are averaged, more of them say more; a network that
  /// compares views was made to know a track by one.
  private var tileCount: Int { session.settings.objective == .reconstruction ? 32 : 8 }

  /// Looks at all tracks that were learnt from, and puts the model together.
  /// - Returns: nil when told to stop.
  func make() throws -> (EmbeddingModel, TrainingCard)? {
    let progress = session.progress("Measuring", "tracks", total: split.training.count)
    defer { progress.finish() }
    let inTraining = NetworkInTraining(
      name: session.modelName, encoder: network.encoder,
      decoder: hasDecoder ? network.decoder : nil)
    guard
      let survey = try NetworkSurvey(
        inTraining, tracks: tracks, members: split.training,
        starts: { Tiling.starts(columnCount: $0, tileCount: tileCount) },
        report: {
          progress.update(done: $0)
          return !Interruption.isWanted
        })
    else { return nil }
    // A decoder that nobody trained is no part of a model.
    var model = network
    if network.decoder != nil, !hasDecoder {
      var later = SeededGenerator(seed: 0)
      model = EmbeddingNetwork(network.architecture, withDecoder: false, weights: &later)
      let trained = Dictionary(
        uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter.value) })
      model.give { name, _ in
        guard let value = trained[name] else { preconditionFailure("no weights for \(name)") }
        return value
      }
    }
    guard let epoch = trainer.bestEpoch else { preconditionFailure("a training without epochs") }
    let card = TrainingCard(
      network: network.architecture.rawValue, parameterCount: parameterCount,
      settings: session.settings, history: trainer.history, best: trainer.history[epoch - 1],
      split: split, trackNames: tracks.tracks.map(\.name), music: music,
      reconstruction: ReconstructionError(survey))
    return (
      try EmbeddingModel(
        network: model, name: session.modelName, tileCount: tileCount,
        standardisation: .init(mean: survey.mean, deviation: survey.deviation),
        card: card.facts, precision: session.storedPrecision), card
    )
  }
}
