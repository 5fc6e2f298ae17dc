import CVectorKernels

/// Batch normalisation over the last axis (Ioffe and Szegedy 2015).
///
/// Input and output (batch, …, channels). Training: each channel by its mean and biased variance
/// over all other axes, then times `scale` plus `shift`; the running statistics move towards them.
/// Inference: by the running statistics.
///
/// It can take a rectifier before it into its own passes: the same as ``ReLU`` and then this layer,
/// with half the traffic to memory, which is what such layers cost.
public final class BatchNorm: Layer {
  /// How the running statistics follow the batches. The two customs name opposite shares.
  public enum Momentum: Sendable, Hashable {
    /// TensorFlow's and Keras's: the share that is kept, 0.99 by default there. The variance that
    /// is gathered is the biased one (as Keras does for sequences; its kernel for images gathers
    /// the unbiased one, which for thousands of values a channel is the same).
    case kept(Float)

    /// PyTorch's: the share that is taken from the batch, 0.1 by default there. The variance that
    /// is gathered is the unbiased one.
    case taken(Float)
  }

  /// What each channel is multiplied with, (channels), from 1.
  public let scale: Parameter

  /// What is added to each channel, (channels), from 0.
  public let shift: Parameter

  /// The running mean, (channels), from 0; not trained.
  public let runningMean: Parameter

  /// The running variance, (channels), from 1; not trained.
  public let runningVariance: Parameter

  private let channels: Int
  private let epsilon: Float
  private let momentum: Momentum
  private let rectifies: Bool
  private var input: Tensor?
  private var mean: [Float] = []
  private var inverseDeviation: [Float] = []

  /// A layer for so many channels. The defaults are those of Keras.
  /// - Parameter rectifies: whether max(x, 0) takes the place of each input x first.
  public init(
    channels: Int, epsilon: Float = 1e-3, momentum: Momentum = .kept(0.99), rectifies: Bool = false
  ) {
    precondition(channels > 0 && epsilon > 0, "batch normalisation has channels and an epsilon")
    self.channels = channels
    self.epsilon = epsilon
    self.momentum = momentum
    self.rectifies = rectifies
    scale = Parameter("weight", Tensor(repeating: 1, shape: [channels]))
    shift = Parameter("bias", Tensor(zeros: [channels]))
    runningMean = Parameter("running_mean", Tensor(zeros: [channels]), isTrainable: false)
    runningVariance = Parameter(
      "running_var", Tensor(repeating: 1, shape: [channels]), isTrainable: false)
  }

  /// Scale, shift, running mean, running variance.
  public var parameters: [Parameter] { [scale, shift, runningMean, runningVariance] }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      inputShape.count >= 2 && inputShape.last == channels,
      "batch normalisation of \(channels) channels was given \(inputShape)")
    return inputShape
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    _ = outputShape(for: input.shape)
    self.input = training ? input : nil
    if training {
      gather(input)
    } else {
      mean = runningMean.value.values
      inverseDeviation = runningVariance.value.values.map { 1 / ($0 + epsilon).squareRoot() }
    }
    let (scale, shift) = (scale.value.values, shift.value.values)
    let factors = (0..<channels).map { scale[$0] * inverseDeviation[$0] }
    let offsets = (0..<channels).map { shift[$0] - mean[$0] * factors[$0] }
    var output = Tensor(uninitialized: input.shape)
    let (channels, rectifies) = (channels, rectifies)
    input.withNumbers { x in
      output.withMutableNumbers { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        Parallel.forEachPart(rows: input.count / channels, width: channels) { _, rows in
          let at = rows.lowerBound * channels
          cvk_channel_scale(y + at, x + at, rows.count, channels, rectifies, factors, offsets)
        }
      }
    }
    return output
  }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let input else { preconditionFailure("backward before forward(training: true)") }
    precondition(
      outputGradient.count == input.count,
      "a gradient of \(outputGradient.shape) does not fit \(input.shape)")
    var result = Tensor(uninitialized: input.shape)
    let (ofScale, ofShift) = sums(input, outputGradient)
    let rows = Float(max(1, input.count / channels))
    let scale = scale.value.values
    // dx = f (dy - mean(dy) - x̂ mean(dy x̂)) with f = scale / σ, written as a dy + b x + c.
    let a = (0..<channels).map { scale[$0] * inverseDeviation[$0] }
    let b = (0..<channels).map { -a[$0] * ofScale[$0] / rows * inverseDeviation[$0] }
    let c = (0..<channels).map { -a[$0] * ofShift[$0] / rows - b[$0] * mean[$0] }
    let (channels, rectifies) = (channels, rectifies)
    input.withNumbers { x in
      outputGradient.withNumbers { dy in
        result.withMutableNumbers { dx in
          guard let x = x.baseAddress, let dy = dy.baseAddress, let dx = dx.baseAddress else {
            return
          }
          Parallel.forEachPart(rows: input.count / channels, width: channels) { _, rows in
            let at = rows.lowerBound * channels
            cvk_channel_gradient(dx + at, x + at, dy + at, rows.count, channels, rectifies, a, b, c)
          }
        }
      }
    }
    self.scale.gradient = Tensor(shape: [channels], values: ofScale)
    shift.gradient = Tensor(shape: [channels], values: ofShift)
    return result
  }

  /// Sets mean and deviation of the batch and moves the running statistics.
  private func gather(_ input: Tensor) {
    let (channels, rectifies) = (channels, rectifies)
    let rows = input.count / channels
    precondition(rows > 0, "batch normalisation cannot train on an empty batch")
    let parts = Parallel.partCount(rows: rows, width: channels)
    var partMeans = [Double](repeating: 0, count: parts * channels)
    var partSquares = partMeans
    var room = [Float](repeating: 0, count: 2 * parts * channels)
    var partRows = [Int](repeating: 0, count: parts)
    input.withNumbers { x in
      withPointers(&partMeans, &partSquares, &room) { means, squares, room in
        partRows.withUnsafeMutableBufferPointer { partRows in
          guard let x = x.baseAddress, let counts = partRows.baseAddress else { return }
          Parallel.forEachPart(rows: rows, width: channels) { part, rows in
            counts[part] = rows.count
            cvk_channel_moments(
              x + rows.lowerBound * channels, rows.count, channels, rectifies,
              means + part * channels, squares + part * channels, room + 2 * part * channels)
          }
        }
      }
    }
    var means = [Double](repeating: 0, count: channels)
    var squares = means
    var seen = 0
    for (part, count) in partRows.enumerated() where count > 0 {
      seen += count
      let share = Double(count) / Double(seen)
      for c in 0..<channels {
        let difference = partMeans[part * channels + c] - means[c]
        means[c] += difference * share
        squares[c] +=
          partSquares[part * channels + c] + difference * difference * Double(seen - count) * share
      }
    }
    let variances = squares.map { $0 / Double(rows) }
    mean = means.map { Float($0) }
    inverseDeviation = variances.map { 1 / Float($0 + Double(epsilon)).squareRoot() }
    let (taken, unbiased): (Float, Double) =
      switch momentum {
      case .kept(let kept): (1 - kept, 1)
      case .taken(let taken): (taken, rows > 1 ? Double(rows) / Double(rows - 1) : 1)
      }
    runningMean.value = runningMean.value.moved(by: taken, towards: means)
    runningVariance.value = runningVariance.value.moved(
      by: taken, towards: variances.map { $0 * unbiased })
  }

  /// The gradients of scale and shift.
  private func sums(_ input: Tensor, _ outputGradient: Tensor) -> ([Float], [Float]) {
    let channels = channels
    let rows = input.count / channels
    let parts = Parallel.partCount(rows: rows, width: channels)
    var products = [Double](repeating: 0, count: parts * channels)
    var plain = products
    var room = [Float](repeating: 0, count: 2 * parts * channels)
    let (mean, rectifies) = (mean, rectifies)
    input.withNumbers { x in
      outputGradient.withNumbers { dy in
        withPointers(&products, &plain, &room) { products, plain, room in
          guard let x = x.baseAddress, let dy = dy.baseAddress else { return }
          Parallel.forEachPart(rows: rows, width: channels) { part, rows in
            let at = rows.lowerBound * channels
            cvk_channel_gradient_sums(
              x + at, dy + at, rows.count, channels, rectifies, mean, products + part * channels,
              plain + part * channels, room + 2 * part * channels)
          }
        }
      }
    }
    let ofScale = (0..<channels).map { c in
      (0..<parts).reduce(0.0) { $0 + products[$1 * channels + c] }
    }
    let ofShift = (0..<channels).map { c in
      (0..<parts).reduce(0.0) { $0 + plain[$1 * channels + c] }
    }
    return (
      (0..<channels).map { Float(ofScale[$0]) * inverseDeviation[$0] }, ofShift.map { Float($0) }
    )
  }
}

extension Tensor {
  fileprivate func moved(by share: Float, towards target: [Double]) -> Tensor {
    Tensor(shape: shape, values: Swift.zip(values, target).map { $0 + share * (Float($1) - $0) })
  }
}

/// Calls `body` with where three arrays lie; none of them is empty.
private func withPointers(
  _ first: inout [Double], _ second: inout [Double], _ third: inout [Float],
  _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Float>)
    -> Void
) {
  first.withUnsafeMutableBufferPointer { first in
    second.withUnsafeMutableBufferPointer { second in
      third.withUnsafeMutableBufferPointer { third in
        guard let first = first.baseAddress, let second = second.baseAddress,
          let third = third.baseAddress
        else { return }
        body(first, second, third)
      }
    }
  }
}
