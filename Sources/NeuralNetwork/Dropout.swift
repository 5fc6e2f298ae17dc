/// In training, each number is dropped with a given chance and the others are raised so that the
/// mean stays (Srivastava et al. 2014, in its inverted form). In inference, nothing. Any shape.
public final class Dropout: Layer {
  private let rate: Float

  /// Where the draws come from; a checkpoint that keeps it continues to the same result.
  public var generator: SeededGenerator

  private var mask: Tensor?

  /// A layer that drops a share of the numbers, in 0..<1, by draws from a seed.
  public init(rate: Float, seed: UInt64) {
    precondition((0..<1).contains(rate), "a share of \(rate) cannot be dropped")
    self.rate = rate
    generator = SeededGenerator(seed: seed)
  }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] { inputShape }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    guard training else { return input }
    let raise = 1 / (1 - rate)
    let mask = input.map { _ in unitInterval(&generator) < rate ? 0 : raise }
    self.mask = mask
    return input.zip(mask, *)
  }

  /// The gradient by the last input.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let mask else { preconditionFailure("backward before forward(training: true)") }
    return outputGradient.zip(mask, *)
  }
}
