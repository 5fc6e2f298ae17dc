/// Layers one after the other.
public final class Sequential: Layer {
  /// The layers, first to last.
  public let layers: [any Layer]

  /// A network of layers; none at all is the identity.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Those of all layers, first to last.
  public var parameters: [Parameter] { layers.flatMap(\.parameters) }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    layers.reduce(inputShape) { $1.outputShape(for: $0) }
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    layers.reduce(input) { $1.forward($0, training: training) }
  }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    layers.reversed().reduce(outputGradient) { $1.backward($0) }
  }
}
