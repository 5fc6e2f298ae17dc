import CDNNL

/// A dense layer: each row of inputs times a matrix, plus a bias.
///
/// Input (batch, inputs), output (batch, outputs), weight (outputs, inputs), bias (outputs).
public final class Dense: Layer {
  /// The matrix, (outputs, inputs).
  public let weight: Parameter

  /// What is added to each output, (outputs).
  public let bias: Parameter

  private var passes = Passes()

  /// A layer with weights after Glorot and Bengio (2010), uniform, and a bias of zero.
  public init(inputs: Int, outputs: Int, using weights: inout some WeightSource) {
    precondition(inputs > 0 && outputs > 0, "a dense layer has inputs and outputs")
    weight = Parameter(
      "weight",
      weights.uniform([outputs, inputs], limit: glorotLimit(inputs: inputs, outputs: outputs)),
      decays: true)
    bias = Parameter("bias", Tensor(zeros: [outputs]))
  }

  /// Weight, then bias.
  public var parameters: [Parameter] { [weight, bias] }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      inputShape.count == 2 && inputShape[1] == weight.value.shape[1],
      "a dense layer of \(weight.value.shape[1]) inputs was given \(inputShape)")
    return [inputShape[0], weight.value.shape[0]]
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let shape = outputShape(for: input.shape)
    return passes.forward(input, outputShape: shape, training: training, weight, bias) {
      [weight] in
      let (outputs, inputs) = (Int64(weight.value.shape[0]), Int64(weight.value.shape[1]))
      let rows = Int64(input.shape[0])
      return PassDescription(
        source: ([rows, inputs], dnnl_ab), weights: ([outputs, inputs], dnnl_ab),
        destination: ([rows, outputs], dnnl_ab)
      ) { description, engine, pass, factors, hint in
        cdnnl_inner_product_describe(
          &description, engine, rows, inputs, outputs, pass, factors, hint)
      }
    }
  }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    passes.backward(outputGradient, weight, bias)
  }
}
