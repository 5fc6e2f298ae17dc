import Glibc

/// A learning rate that rises evenly from zero and then falls along half a cosine.
public struct CosineSchedule: Sendable, Hashable {
  /// The highest rate, reached at the end of the rise.
  public let peak: Float

  /// The rate at the last step and after.
  public let floor: Float

  /// Steps of the rise; the first has the rate peak / warmUpSteps.
  public let warmUpSteps: Int

  /// All steps, those of the rise included.
  public let steps: Int

  /// A schedule; without `warmUpSteps` it begins at the peak.
  public init(peak: Float, floor: Float = 0, warmUpSteps: Int = 0, steps: Int) {
    precondition(warmUpSteps >= 0 && steps >= warmUpSteps, "the rise is a part of the schedule")
    (self.peak, self.floor) = (peak, floor)
    (self.warmUpSteps, self.steps) = (warmUpSteps, steps)
  }

  /// The rate for step `step`, counted from 0.
  public func rate(at step: Int) -> Float {
    if step < warmUpSteps { return peak * Float(step + 1) / Float(warmUpSteps) }
    if step >= steps { return floor }
    let way = Double(step - warmUpSteps) / Double(max(1, steps - warmUpSteps))
    return floor + (peak - floor) * Float((1 + cos(.pi * way)) / 2)
  }
}

/// A learning rate that is cut when the loss has stopped falling.
///
/// Falling means: below (1 - threshold) times the best so far, as in PyTorch's `ReduceLROnPlateau`.
public struct PlateauSchedule: Sendable, Hashable {
  /// The rate for the next epoch.
  public private(set) var rate: Float

  private let factor: Float
  private let patience: Int
  private let floor: Float
  private let threshold: Float
  private var best = Float.infinity
  private var waited = 0

  /// A schedule that multiplies the rate by `factor` after more than `patience` epochs in a row
  /// without improvement, down to `floor`.
  public init(
    rate: Float, factor: Float = 0.1, patience: Int = 10, floor: Float = 0, threshold: Float = 1e-4
  ) {
    precondition((0..<1).contains(factor), "a rate times \(factor) is not cut")
    self.rate = rate
    (self.factor, self.patience, self.floor, self.threshold) = (factor, patience, floor, threshold)
  }

  /// Notes the loss of an epoch.
  public mutating func record(loss: Float) {
    if loss < best * (1 - threshold) {
      best = loss
      waited = 0
    } else {
      waited += 1
    }
    if waited > patience {
      rate = max(rate * factor, floor)
      waited = 0
    }
  }
}

/// Ends training when the loss on unseen data has stopped falling.
public struct EarlyStopping: Sendable, Hashable {
  /// The lowest loss so far.
  public private(set) var best = Float.infinity

  /// The epoch of the lowest loss, counted from 0; nil before the first.
  public private(set) var bestEpoch: Int?

  private let patience: Int
  private let leastChange: Float
  private var epochs = 0

  /// Stops after `patience` epochs in a row without a loss lower by more than `leastChange`.
  public init(patience: Int, leastChange: Float = 0) {
    precondition(patience > 0, "training cannot stop before it has begun")
    self.patience = patience
    self.leastChange = leastChange
  }

  /// Notes the loss of an epoch; true when training should end.
  public mutating func shouldStop(after loss: Float) -> Bool {
    if loss < best - leastChange {
      best = loss
      bestEpoch = epochs
    }
    epochs += 1
    return epochs - ((bestEpoch ?? -1) + 1) >= patience
  }
}
