import CommandInterface
import Embedding
import NeuralNetwork
import ParallelWork
import Training

/// The options of `earshot train` as settings of a training.
enum TrainingOptions {
  /// The options that only networks have.
  static let ofNetworks = [
    "name", "cache", "objective", "epochs", "tiles-per-track", "batch", "learning-rate", "schedule",
    "warm-up", "patience", "weight-decay", "augment", "temperature", "reconstruction-weight",
    "validation", "seed", "threads", "precision", "restart", "evaluate", "half", "json",
  ]

  /// The settings of the model `earshot`: the defaults of its recipe, and what was asked for.
  /// - Throws: `UsageError` for what belongs to other networks.
  static func earshotSettings(_ arguments: ParsedArguments) throws -> NetworkTrainingSettings {
    if let other = ["objective", "augment", "patience"].first(where: arguments.isGiven) {
      throw arguments.usageError(
        .unsuitable(option: "--" + other, for: "--model \(EarshotTrainCommand.name)"))
    }
    var settings = EarshotTraining.defaults
    try apply(arguments, to: &settings)
    return settings
  }

  /// The settings that were asked for; what was not, as suits the network and what is made small.
  /// - Throws: `UsageError` where a network cannot do what is asked.
  static func settings(
    _ arguments: ParsedArguments, _ architecture: NetworkArchitecture
  ) throws -> NetworkTrainingSettings {
    var settings = NetworkTrainingSettings()
    settings.objective = architecture.hasDecoder ? .reconstruction : .contrastive
    if let word = arguments.choiceIfGiven("objective"),
      let objective = NetworkTrainingSettings.Objective(rawValue: word)
    {
      guard objective == .contrastive || architecture.hasDecoder else {
        throw arguments.usageError(
          .unsuitable(option: "--objective \(word)", for: "--model \(architecture.rawValue)"))
      }
      settings.objective = objective
    }
    let comparesViews = settings.objective != .reconstruction
    if !comparesViews {
      settings.schedule = .plateau
    } else {
      // Views are told apart the better the more there are of them.
      settings.batchSize = 64
      settings.schedule = .cosine
      settings.warmUpEpochs = 1
      settings.augmentation = .light
    }
    try apply(arguments, to: &settings)
    switch arguments.choiceIfGiven("augment") {
    case "none": settings.augmentation = .none
    case "light": settings.augmentation = .light
    case "full": settings.augmentation = .full
    default: break
    }
    return settings
  }

  /// What means the same for all networks.
  private static func apply(
    _ arguments: ParsedArguments, to settings: inout NetworkTrainingSettings
  ) throws {
    if let epochs = arguments.integerIfGiven("epochs") { settings.epochs = epochs }
    if let tiles = arguments.integerIfGiven("tiles-per-track") { settings.tilesPerTrack = tiles }
    if let batch = arguments.integerIfGiven("batch") { settings.batchSize = batch }
    if let rate = arguments.numberIfGiven("learning-rate") { settings.learningRate = Float(rate) }
    if let word = arguments.choiceIfGiven("schedule"),
      let schedule = NetworkTrainingSettings.Schedule(rawValue: word)
    {
      settings.schedule = schedule
    }
    if let epochs = arguments.integerIfGiven("warm-up") { settings.warmUpEpochs = epochs }
    if let epochs = arguments.integerIfGiven("patience") { settings.patience = epochs }
    if let decay = arguments.numberIfGiven("weight-decay") { settings.weightDecay = Float(decay) }
    if let value = arguments.numberIfGiven("temperature") { settings.temperature = Float(value) }
    if let weight = arguments.numberIfGiven("reconstruction-weight") {
      settings.reconstructionWeight = Float(weight)
    }
    if let share = arguments.numberIfGiven("validation") { settings.validationShare = share / 100 }
    if let seed = arguments.integerIfGiven("seed") { settings.seed = UInt64(seed) }
    settings.threads = arguments.integerIfGiven("threads") ?? ParallelWork.processorCount
    if arguments.choice("precision") == "bfloat16" {
      guard ComputePrecision.bfloat16.isSupported else {
        throw arguments.usageError(
          .unsuitable(option: "--precision bfloat16", for: "this processor"))
      }
      settings.precision = .bfloat16
    }
  }
}
