public import NeuralNetwork

/// How a network is trained.
public struct NetworkTrainingSettings: Equatable, Sendable {
  /// What is made small.
  public enum Objective: String, CaseIterable, Sendable {
    /// The mean squared difference between a tile and what the decoder makes of its vector.
    case reconstruction
    /// NT-Xent: of two tiles from different parts of a track, each must find the other among all.
    case contrastive
    /// The weighted sum of both.
    case both
  }

  /// How the learning rate goes.
  public enum Schedule: String, CaseIterable, Sendable {
    /// It stays.
    case constant
    /// Halved when the loss has not fallen for ``NetworkTrainingSettings/plateauPatience`` epochs.
    case plateau
    /// Down to nothing along half a cosine.
    case cosine
  }

  /// What is made small.
  public var objective = Objective.reconstruction
  /// What the reconstruction's loss is multiplied with when both are made small.
  public var reconstructionWeight: Float = 10
  /// What cosines are divided by in NT-Xent.
  public var temperature: Float = 0.2
  /// How often the training data is gone through.
  public var epochs = 20
  /// Random crops of each track in an epoch (two at a time where views are compared).
  public var tilesPerTrack = 16
  /// Tracks in a step.
  public var batchSize = 32
  /// The (highest) learning rate of Adam.
  public var learningRate: Float = 1e-3
  /// How the rate goes.
  public var schedule = Schedule.constant
  /// Epochs in which the rate rises from nothing.
  public var warmUpEpochs = 0
  /// Epochs without a lower loss after which the rate is halved.
  public var plateauPatience = 3
  /// Epochs without a lower validation loss after which training ends; 0 for never.
  public var patience = 0
  /// The decoupled weight decay (AdamW).
  public var weightDecay: Float = 0
  /// What the joint length of all gradients is brought down to where it is more; 0 for never.
  public var gradientNorm: Float = 0
  /// Whether the weights after the last epoch are kept, in place of those with the lowest loss: where
  /// the rate goes down to nothing and few tracks are kept apart, these are the better ones.
  public var keepsLast = false
  /// What is done to tiles.
  public var augmentation = MelAugmentation.none
  /// The share of the tracks that is kept apart.
  public var validationShare = 0.05
  /// Of each track kept apart, at most so many tiles are looked at, spread evenly.
  public var validationTiles = 8
  /// Where all random numbers begin.
  public var seed: UInt64 = 1
  /// What layers multiply in while they learn.
  public var precision = ComputePrecision.float32
  /// How many threads compute; sums are split by it, so the result depends on it.
  public var threads = 1

  /// The defaults: those of a plain autoencoder.
  public init() {}

  /// The settings by name, as checkpoints and model cards hold them.
  public var facts: [(name: String, value: String)] {
    var facts = [
      ("objective", objective.rawValue), ("epochs", "\(epochs)"),
      ("tiles-per-track", "\(tilesPerTrack)"), ("batch", "\(batchSize)"),
      ("learning-rate", "\(learningRate)"), ("schedule", schedule.rawValue),
      ("warm-up", "\(warmUpEpochs)"), ("patience", "\(patience)"),
      ("weight-decay", "\(weightDecay)"), ("validation", "\(validationShare)"),
      ("validation-tiles", "\(validationTiles)"), ("seed", "\(seed)"),
      ("augmentation", augmentation.text), ("precision", "\(precision)"),
      ("threads", "\(threads)"),
    ]
    if gradientNorm > 0 { facts.append(("gradient-norm", "\(gradientNorm)")) }
    if keepsLast { facts.append(("keeps", "last epoch")) }
    if schedule == .plateau { facts.append(("plateau-patience", "\(plateauPatience)")) }
    if objective != .reconstruction { facts.append(("temperature", "\(temperature)")) }
    if objective == .both { facts.append(("reconstruction-weight", "\(reconstructionWeight)")) }
    return facts
  }

  /// Those that a training which goes on must share with its beginning. It may go on for longer, but
  /// not along a cosine, which depends on its end.
  var lastingFacts: [(name: String, value: String)] {
    facts.filter { $0.name != "epochs" || schedule == .cosine }
  }
}

extension MelAugmentation {
  /// All changes in one line, the same for equal ones.
  public var text: String {
    guard self != .none else { return "none" }
    var parts: [String] = ["probability \(probability)"]
    func add(_ name: String, _ range: ClosedRange<some Comparable>?, _ unit: String) {
      if let range { parts.append("\(name) \(range.lowerBound) to \(range.upperBound) \(unit)") }
    }
    if fade > 0 { parts.append("fade \(fade) dB") }
    if equaliser > 0 { parts.append("equaliser \(equaliser) dB") }
    add("noise", noise, "dB below")
    add("low-pass", lowPass, "Hz")
    if reencoding > 0 { parts.append("re-encoding \(reencoding)") }
    if speed > 0 { parts.append("speed \(speed)") }
    if pitch > 0 { parts.append("pitch \(pitch)") }
    add("mixing", mixing, "dB below")
    if timeMask > 0 { parts.append("time mask \(timeMask)") }
    if frequencyMask > 0 { parts.append("frequency mask \(frequencyMask)") }
    return parts.joined(separator: ", ")
  }
}
