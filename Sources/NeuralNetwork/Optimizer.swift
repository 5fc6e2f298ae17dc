import CVectorKernels
import Glibc

/// What moves parameters against their gradients.
public protocol Optimizer: AnyObject {
  /// The length of a step; schedules change it between steps.
  var learningRate: Float { get set }

  /// What it remembers from step to step; a checkpoint keeps it beside the parameters.
  var state: OptimizerState { get set }

  /// Moves each trainable parameter by its gradient: the same parameters in the same order at
  /// every step.
  func step(_ parameters: [Parameter])
}

/// The memory of an optimiser: the number of steps taken and its tensors, in the order of the
/// trainable parameters.
public struct OptimizerState: Sendable {
  /// Steps taken.
  public var steps: Int

  /// The moving averages, all of one kind, then all of the next.
  public var averages: [Tensor]

  /// A memory, or that of an optimiser that has not begun.
  public init(steps: Int = 0, averages: [Tensor] = []) {
    self.steps = steps
    self.averages = averages
  }
}

/// Stochastic gradient descent with momentum: v ← m v + g, w ← w - rate × v, as in PyTorch.
public final class SGD: Optimizer {
  /// The length of a step.
  public var learningRate: Float
  private var steps = 0
  private var averages: [Tensor] = []
  private let momentum: Float
  private let weightDecay: Float

  /// Descent; `weightDecay` × w is added to the gradient of those parameters that decay.
  public init(learningRate: Float, momentum: Float = 0, weightDecay: Float = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// Steps taken and moving averages, for a checkpoint.
  public var state: OptimizerState {
    get { OptimizerState(steps: steps, averages: averages) }
    set { (steps, averages) = (newValue.steps, newValue.averages) }
  }

  /// Moves each trainable parameter once.
  public func step(_ parameters: [Parameter]) {
    let trained = parameters.filter(\.isTrainable)
    begin(trained, &averages)
    steps += 1
    for (place, parameter) in trained.enumerated() {
      let decay = parameter.decays ? weightDecay : 0
      let (rate, momentum) = (learningRate, momentum)
      update(parameter, &averages[place]) { w, g, v in
        v = momentum * v + (g + decay * w)
        w -= rate * v
      }
    }
  }
}

/// Adam (Kingma and Ba 2015), with decay as in AdamW (Loshchilov and Hutter 2019) where asked.
public final class Adam: Optimizer {
  /// What pulls weights towards zero; only parameters that decay are pulled.
  public enum WeightDecay: Sendable, Hashable {
    /// Nothing.
    case none

    /// The decay × w is added to the gradient: plain Adam.
    case inGradient(Float)

    /// Each step first shortens w by rate × decay: AdamW.
    case decoupled(Float)
  }

  /// The length of a step.
  public var learningRate: Float
  private var steps = 0
  private var means: [Tensor] = []
  private var squares: [Tensor] = []
  private let meanKept: Float
  private let squareKept: Float
  private let epsilon: Float
  private let weightDecay: WeightDecay

  /// Adam; the defaults are those of PyTorch.
  ///
  /// - Parameters:
  ///   - meanKept: β₁, the share of the mean gradient that is kept at a step.
  ///   - squareKept: β₂, the share of the mean squared gradient that is kept at a step.
  ///   - epsilon: added to the root of the corrected mean square.
  public init(
    learningRate: Float = 1e-3, meanKept: Float = 0.9, squareKept: Float = 0.999,
    epsilon: Float = 1e-8, weightDecay: WeightDecay = .none
  ) {
    self.learningRate = learningRate
    self.meanKept = meanKept
    self.squareKept = squareKept
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Steps taken and moving averages, for a checkpoint.
  public var state: OptimizerState {
    get { OptimizerState(steps: steps, averages: means + squares) }
    set {
      let half = newValue.averages.count / 2
      steps = newValue.steps
      means = Array(newValue.averages.prefix(half))
      squares = Array(newValue.averages.suffix(half))
    }
  }

  /// Moves each trainable parameter once.
  public func step(_ parameters: [Parameter]) {
    let trained = parameters.filter(\.isTrainable)
    begin(trained, &means)
    begin(trained, &squares)
    steps += 1
    // Both averages began at zero; the two factors undo what is missing of them.
    let rate = learningRate / Float(1 - pow(Double(meanKept), Double(steps)))
    let correction = 1 / Float((1 - pow(Double(squareKept), Double(steps))).squareRoot())
    for (place, parameter) in trained.enumerated() {
      var (inGradient, shorten): (Float, Float) = (0, 1)
      switch weightDecay {
      case .inGradient(let decay) where parameter.decays: inGradient = decay
      case .decoupled(let decay) where parameter.decays: shorten = 1 - learningRate * decay
      case .none, .inGradient, .decoupled: break
      }
      let step = cvk_adam_step(
        mean_kept: meanKept, square_kept: squareKept, rate: rate, correction: correction,
        epsilon: epsilon, decay_in_gradient: inGradient, shorten: shorten)
      update(parameter, &means[place], &squares[place]) { w, gradient, mean, square, count in
        Parallel.forEachPart(rows: count, width: 1) { _, rows in
          let at = rows.lowerBound
          withUnsafePointer(to: step) {
            cvk_adam(w + at, gradient + at, mean + at, square + at, rows.count, $0)
          }
        }
      }
    }
  }
}

/// Makes the averages at the first step, and sees that they fit at the others.
private func begin(_ trained: [Parameter], _ averages: inout [Tensor]) {
  precondition(
    trained.allSatisfy { $0.gradient.shape == $0.value.shape },
    "an optimiser steps after a backward pass")
  if averages.isEmpty { averages = trained.map { Tensor(zeros: $0.value.shape) } }
  precondition(
    averages.map(\.shape) == trained.map(\.value.shape), "an optimiser serves one set of parameters"
  )
}

@inline(__always)
private func update(
  _ parameter: Parameter, _ average: inout Tensor,
  _ body: (inout Float, Float, inout Float) -> Void
) {
  parameter.value.withMutableNumbers { w in
    parameter.gradient.withNumbers { g in
      average.withMutableNumbers { v in
        for i in 0..<w.count { body(&w[i], g[i], &v[i]) }
      }
    }
  }
}

/// Calls `body` with where weights, gradient and both averages lie, and how many numbers each has.
private func update(
  _ parameter: Parameter, _ first: inout Tensor, _ second: inout Tensor,
  _ body: (
    UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>,
    UnsafeMutablePointer<Float>, Int
  ) -> Void
) {
  parameter.value.withMutableNumbers { w in
    parameter.gradient.withNumbers { g in
      first.withMutableNumbers { m in
        second.withMutableNumbers { v in
          guard let weights = w.baseAddress, let g = g.baseAddress, let m = m.baseAddress,
            let v = v.baseAddress
          else { return }
          body(weights, g, m, v, w.count)
        }
      }
    }
  }
}

/// Scales all gradients down together so that their joint Euclidean norm is at most `limit`.
///
/// - Returns: the norm before.
@discardableResult
public func clipGradients(of parameters: [Parameter], toNorm limit: Float) -> Float {
  let trained = parameters.filter(\.isTrainable)
  let square = trained.reduce(0.0) { sum, parameter in
    sum + parameter.gradient.sum { Double($0) * Double($0) }
  }
  let norm = Float(square.squareRoot())
  if norm > limit {
    let factor = limit / norm
    for parameter in trained { parameter.gradient = parameter.gradient.map { $0 * factor } }
  }
  return norm
}
