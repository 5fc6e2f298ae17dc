/// A loss and the two it is made of; NaN where there is none.
public struct TrainingLoss: Equatable, Sendable {
  /// What is made small.
  public var total: Float
  /// The mean squared error of the reconstruction.
  public var reconstruction: Float
  /// NT-Xent.
  public var contrast: Float

  /// No loss.
  public static let none = TrainingLoss(total: .nan, reconstruction: .nan, contrast: .nan)
}

/// What came of one epoch.
public struct EpochRecord: Sendable {
  /// Counted from 1.
  public let epoch: Int
  /// The mean over the epoch's steps, each before it was taken.
  public let training: TrainingLoss
  /// Of the tracks that were kept apart, after the epoch; NaN where there are none.
  public let validation: TrainingLoss
  /// The learning rate of the last step.
  public let learningRate: Float
  /// Tiles learnt from.
  public let tiles: Int
  /// How long the epoch took, without its validation.
  public let seconds: Float

  /// The loss that decides which epoch was best.
  public var decisive: Float { validation.total.isNaN ? training.total : validation.total }
}
