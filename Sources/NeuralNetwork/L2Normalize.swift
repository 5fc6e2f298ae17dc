/// Each row divided by its Euclidean length: (batch, width) to (batch, width).
///
/// A row shorter than 1e-12 is divided by that instead, as PyTorch does.
public final class L2Normalize: Layer {
  private var output: Tensor?
  private var lengths: [Float] = []

  /// A layer without settings.
  public init() {}

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(inputShape.count == 2, "\(inputShape) is not rows of numbers")
    return inputShape
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let shape = outputShape(for: input.shape)
    var output = input
    lengths = []
    output.withMutableNumbers { numbers in
      for row in 0..<shape[0] {
        let range = row * shape[1]..<(row + 1) * shape[1]
        let square = range.reduce(0.0) { $0 + Double(numbers[$1]) * Double(numbers[$1]) }
        let length = Swift.max(Float(square.squareRoot()), 1e-12)
        for place in range { numbers[place] /= length }
        lengths.append(length)
      }
    }
    self.output = training ? output : nil
    return output
  }

  /// The gradient by the last input.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let output else { preconditionFailure("backward before forward(training: true)") }
    let width = output.shape[1]
    var result = outputGradient
    output.withNumbers { y in
      result.withMutableNumbers { dx in
        for row in 0..<output.shape[0] {
          let range = row * width..<(row + 1) * width
          // What points along the row changes only the length, which is lost.
          let along = Float(range.reduce(0.0) { $0 + Double(dx[$1]) * Double(y[$1]) })
          for place in range { dx[place] = (dx[place] - y[place] * along) / lengths[row] }
        }
      }
    }
    return result
  }
}
