/// Layers one after the other.
public final class Sequential: Layer {
  /// The layers, first to last.
  public let layers: [any Layer]

  /// What each is called in the paths of its parameters.
  public let names: [String]

  /// A network of layers, called 0, 1, … as in PyTorch; none at all is the identity.
  public convenience init(_ layers: [any Layer]) {
    self.init(named: layers.enumerated().map { (String($0.offset), $0.element) })
  }

  /// A network of layers with names, each of its own and without a dot.
  public init(named layers: [(name: String, layer: any Layer)]) {
    names = layers.map(\.name)
    self.layers = layers.map(\.layer)
    precondition(
      Set(names).count == names.count && !names.contains { $0.isEmpty || $0.contains(".") },
      "layers need names of their own without dots: \(names)")
  }

  /// Those of all layers, first to last.
  public var parameters: [Parameter] { layers.flatMap(\.parameters) }

  /// Those of all layers, each path beginning with the layer's name.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    Swift.zip(names, layers).flatMap { name, layer in
      layer.namedParameters.map { ("\(name).\($0.name)", $0.parameter) }
    }
  }

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
    layers.reversed().reduce(outputGradient) { $0.isNotAskedFor ? $0 : $1.backward($0) }
  }
}
