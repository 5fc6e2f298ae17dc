import CVectorKernels
import Glibc

/// max(x, 0), for any shape.
public final class ReLU: Layer {
  private var output: Tensor?

  /// A layer without settings.
  public init() {}

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] { inputShape }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    var output = Tensor(uninitialized: input.shape)
    input.withNumbers { x in
      output.withMutableNumbers { y in
        if let from = x.baseAddress, let to = y.baseAddress { cvk_rectify(to, from, x.count) }
      }
    }
    self.output = training ? output : nil
    return output
  }

  /// The gradient by the last input.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let output else { preconditionFailure("backward before forward(training: true)") }
    precondition(
      outputGradient.count == output.count,
      "a gradient of \(outputGradient.shape) does not fit \(output.shape)")
    var result = Tensor(uninitialized: output.shape)
    output.withNumbers { y in
      outputGradient.withNumbers { dy in
        result.withMutableNumbers { dx in
          guard let y = y.baseAddress, let dy = dy.baseAddress, let to = dx.baseAddress else {
            return
          }
          cvk_rectify_gradient(to, y, dy, dx.count)
        }
      }
    }
    return result
  }
}

/// 1 / (1 + exp(-x)), for any shape.
public final class Sigmoid: Layer {
  private var output: Tensor?

  /// A layer without settings.
  public init() {}

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] { inputShape }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let output = input.map { 1 / (1 + expf(-$0)) }
    self.output = training ? output : nil
    return output
  }

  /// The gradient by the last input.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let output else { preconditionFailure("backward before forward(training: true)") }
    return outputGradient.zip(output) { $0 * $1 * (1 - $1) }
  }
}

extension Tensor {
  /// A tensor of the same shape, each number by a function of one number.
  @inline(__always)
  func map(_ function: (Float) -> Float) -> Tensor {
    var result = Tensor(uninitialized: shape)
    withNumbers { numbers in
      result.withMutableNumbers { result in
        for place in 0..<numbers.count { result[place] = function(numbers[place]) }
      }
    }
    return result
  }

  /// A tensor of the same shape, each number by a function of this tensor's and another's.
  @inline(__always)
  func zip(_ other: Tensor, _ function: (Float, Float) -> Float) -> Tensor {
    precondition(count == other.count, "a tensor of \(shape) does not go with \(other.shape)")
    var result = Tensor(uninitialized: shape)
    withNumbers { numbers in
      other.withNumbers { other in
        result.withMutableNumbers { result in
          for place in 0..<numbers.count { result[place] = function(numbers[place], other[place]) }
        }
      }
    }
    return result
  }
}
