/// A step of a network that can be run forwards and, after that, backwards.
///
/// A layer remembers its last input between the two, so one network serves one thread at a time.
/// Shapes that do not fit are a programmer's error and stop the program; so does a processor
/// library that finds no memory.
public protocol Layer: AnyObject {
  /// What training changes and what a model file keeps, in a fixed order.
  var parameters: [Parameter] { get }

  /// The same in the same order, each with its path through the network: `encoder.conv1.weight`,
  /// as in the state dictionary of a PyTorch module that is built and named alike.
  var namedParameters: [(name: String, parameter: Parameter)] { get }

  /// The shape of the output for an input of this shape, batch first.
  func outputShape(for inputShape: [Int]) -> [Int]

  /// The output for an input, batch first.
  ///
  /// - Parameter training: whether `backward` will follow; it also decides what batch
  ///   normalisation and dropout do.
  func forward(_ input: Tensor, training: Bool) -> Tensor

  /// The gradient of the loss by the last input, from that by the last output.
  ///
  /// Sets (does not add to) the gradient of each parameter. `forward(_:training: true)` must have
  /// come before.
  func backward(_ outputGradient: Tensor) -> Tensor
}

extension Layer {
  /// Most layers have nothing to learn.
  public var parameters: [Parameter] { [] }

  /// Those of a layer without layers inside have no path.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    parameters.map { ($0.name, $0) }
  }

  /// How many numbers its parameters hold, running statistics included.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}

/// Numbers that a layer keeps: weights that are trained, or statistics that are gathered.
public final class Parameter {
  /// What it is within its layer: `weight`, `bias`, `running_mean`, …
  public let name: String

  /// Whether a gradient changes it. Running statistics are kept, but not trained.
  public let isTrainable: Bool

  /// Whether weight decay applies: to weights, not to biases and normalisation.
  public let decays: Bool

  /// The numbers.
  public var value: Tensor {
    didSet {
      // No mention of the old value here: it would cost a copy at every change in place.
      precondition(value.shape == shape, "\(name) has the shape \(shape), not \(value.shape)")
      version &+= 1
    }
  }

  /// The gradient of the loss by `value`, of the same shape, as the last `backward` left it; of
  /// shape [0] before, so that a network that only infers has no memory of it.
  public var gradient: Tensor

  private let shape: [Int]

  /// Counts changes of `value`, so that what was derived from it is known to be stale.
  private(set) var version = 0

  /// A parameter without a gradient as yet.
  public init(_ name: String, _ value: Tensor, isTrainable: Bool = true, decays: Bool = false) {
    self.name = name
    self.value = value
    shape = value.shape
    self.isTrainable = isTrainable
    self.decays = decays
    gradient = Tensor(zeros: [0])
  }
}
