/// Batch normalisation over the last axis (Ioffe and Szegedy 2015).
///
/// Input and output (batch, …, channels). Training: each channel by its mean and biased variance
/// over all other axes, then times `scale` plus `shift`; the running statistics move towards them.
/// Inference: by the running statistics.
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
  private var input: Tensor?
  private var mean: [Float] = []
  private var inverseDeviation: [Float] = []

  /// A layer for so many channels. The defaults are those of Keras.
  public init(channels: Int, epsilon: Float = 1e-3, momentum: Momentum = .kept(0.99)) {
    precondition(channels > 0 && epsilon > 0, "batch normalisation has channels and an epsilon")
    self.channels = channels
    self.epsilon = epsilon
    self.momentum = momentum
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
    let channels = channels
    input.withNumbers { x in
      output.withMutableNumbers { y in
        factors.withUnsafeBufferPointer { factors in
          offsets.withUnsafeBufferPointer { offsets in
            for row in stride(from: 0, to: x.count, by: channels) {
              for c in 0..<channels { y[row + c] = x[row + c] * factors[c] + offsets[c] }
            }
          }
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
    let channels = channels
    input.withNumbers { x in
      outputGradient.withNumbers { dy in
        result.withMutableNumbers { dx in
          a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
              c.withUnsafeBufferPointer { c in
                for row in stride(from: 0, to: x.count, by: channels) {
                  for i in 0..<channels {
                    dx[row + i] = a[i] * dy[row + i] + b[i] * x[row + i] + c[i]
                  }
                }
              }
            }
          }
        }
      }
    }
    self.scale.gradient = Tensor(shape: [channels], values: ofScale)
    shift.gradient = Tensor(shape: [channels], values: ofShift)
    return result
  }

  /// Rows that are summed in single precision before they go into a sum in double precision: few
  /// enough that they stay in the processor's nearest cache for the second look at them.
  private static let blockRows = 64

  /// Sets mean and deviation of the batch and moves the running statistics.
  private func gather(_ input: Tensor) {
    let channels = channels
    let rows = input.count / channels
    precondition(rows > 0, "batch normalisation cannot train on an empty batch")
    var means = [Double](repeating: 0, count: channels)
    var squares = [Double](repeating: 0, count: channels)
    var sum = [Float](repeating: 0, count: channels)
    var spread = [Float](repeating: 0, count: channels)
    input.withNumbers { x in
      sum.withUnsafeMutableBufferPointer { sum in
        spread.withUnsafeMutableBufferPointer { spread in
          // Blocks are joined as Chan, Golub and LeVeque (1979) do: exact where the mean is large.
          for first in stride(from: 0, to: rows, by: BatchNorm.blockRows) {
            let end = min(rows, first + BatchNorm.blockRows)
            let inBlock = Float(end - first)
            sum.update(repeating: 0)
            spread.update(repeating: 0)
            for row in first..<end {
              let at = row * channels
              for c in 0..<channels { sum[c] += x[at + c] }
            }
            for c in 0..<channels { sum[c] /= inBlock }
            for row in first..<end {
              let at = row * channels
              for c in 0..<channels {
                let deviation = x[at + c] - sum[c]
                spread[c] += deviation * deviation
              }
            }
            let share = Double(end - first) / Double(end)
            for c in 0..<channels {
              let difference = Double(sum[c]) - means[c]
              means[c] += difference * share
              squares[c] += Double(spread[c]) + difference * difference * Double(first) * share
            }
          }
        }
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
    var ofScale = [Double](repeating: 0, count: channels)
    var ofShift = [Double](repeating: 0, count: channels)
    var products = [Float](repeating: 0, count: channels)
    var plain = [Float](repeating: 0, count: channels)
    input.withNumbers { x in
      outputGradient.withNumbers { dy in
        mean.withUnsafeBufferPointer { mean in
          products.withUnsafeMutableBufferPointer { products in
            plain.withUnsafeMutableBufferPointer { plain in
              for first in stride(from: 0, to: rows, by: BatchNorm.blockRows) {
                products.update(repeating: 0)
                plain.update(repeating: 0)
                for row in first..<min(rows, first + BatchNorm.blockRows) {
                  let at = row * channels
                  for c in 0..<channels {
                    plain[c] += dy[at + c]
                    products[c] += dy[at + c] * (x[at + c] - mean[c])
                  }
                }
                for c in 0..<channels {
                  ofShift[c] += Double(plain[c])
                  ofScale[c] += Double(products[c])
                }
              }
            }
          }
        }
      }
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
