/// Where a new layer has its weights from.
public protocol WeightSource {
  /// Weights of a shape, drawn evenly between -limit and limit if they are drawn at all.
  mutating func uniform(_ shape: [Int], limit: Float) -> Tensor
}

extension SeededGenerator: WeightSource {
  /// Random weights: the same for the same seed.
  public mutating func uniform(_ shape: [Int], limit: Float) -> Tensor {
    Tensor(uniform: shape, limit: limit, using: &self)
  }
}

/// Weights that are yet to be given: for a network that is read from a file, for which drawing
/// random numbers would be a waste of time. Until each is given, its numbers mean nothing.
public struct GivenLater: WeightSource {
  /// A source without settings.
  public init() {}

  /// Memory that nobody has written to.
  public func uniform(_ shape: [Int], limit: Float) -> Tensor { Tensor(uninitialized: shape) }
}

extension Tensor {
  /// Numbers drawn evenly between -limit and limit.
  public init(
    uniform shape: [Int], limit: Float, using generator: inout SeededGenerator
  ) {
    self.init(uninitialized: shape)
    withMutableNumbers { numbers in
      for place in numbers.indices {
        numbers[place] = (2 * unitInterval(&generator) - 1) * limit
      }
    }
  }
}

/// A number in [0, 1) from the upper 24 bits of one draw: the same for the same bits everywhere.
func unitInterval(_ generator: inout SeededGenerator) -> Float {
  Float(generator.next() >> 40) / 16_777_216
}

/// The limit of the uniform distribution of Glorot and Bengio (2010), Keras's `glorot_uniform`.
///
/// - Parameters:
///   - inputs: how many numbers each output is summed of.
///   - outputs: how many outputs each input goes into.
func glorotLimit(inputs: Int, outputs: Int) -> Float {
  (6 / Float(inputs + outputs)).squareRoot()
}
