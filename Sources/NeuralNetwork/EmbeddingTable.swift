/// A table of vectors, looked up by number.
///
/// Input (batch, …) of whole numbers in 0..<rows, output (batch, …, width), weight (rows, width).
/// `backward` returns zeros: a row's number has no gradient.
public final class EmbeddingTable: Layer {
  /// The vectors, (rows, width).
  public let weight: Parameter

  private let rows: Int
  private let width: Int
  private var input: Tensor?

  /// A table of numbers drawn evenly between -0.05 and 0.05, as Keras does.
  public init(rows: Int, width: Int, using weights: inout some WeightSource) {
    // A Float holds every whole number up to here.
    precondition(rows > 0 && rows <= 1 << 24 && width > 0, "a table has 1 to 2^24 rows")
    (self.rows, self.width) = (rows, width)
    weight = Parameter("weight", weights.uniform([rows, width], limit: 0.05))
  }

  /// The table.
  public var parameters: [Parameter] { [weight] }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] { inputShape + [width] }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    self.input = training ? input : nil
    var output = Tensor(uninitialized: outputShape(for: input.shape))
    weight.value.withNumbers { table in
      output.withMutableNumbers { output in
        for (place, row) in chosenRows(input).enumerated() {
          for i in 0..<width { output[place * width + i] = table[row * width + i] }
        }
      }
    }
    return output
  }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let input else { preconditionFailure("backward before forward(training: true)") }
    var gradient = Tensor(zeros: weight.value.shape)
    outputGradient.withNumbers { numbers in
      gradient.withMutableNumbers { gradient in
        for (place, row) in chosenRows(input).enumerated() {
          for i in 0..<width { gradient[row * width + i] += numbers[place * width + i] }
        }
      }
    }
    weight.gradient = gradient
    return Tensor(zeros: input.shape)
  }

  private func chosenRows(_ input: Tensor) -> [Int] {
    input.values.map { number in
      guard let row = Int(exactly: number), (0..<rows).contains(row) else {
        preconditionFailure("a table of \(rows) rows has no row \(number)")
      }
      return row
    }
  }
}
