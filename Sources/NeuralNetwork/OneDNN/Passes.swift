import CDNNL

/// What a layer with weights tells oneDNN: the shapes, and how each pass is described.
struct PassDescription {
  let source: (shape: [Int64], tag: dnnl_format_tag_t)
  let weights: (shape: [Int64], tag: dnnl_format_tag_t)
  let destination: (shape: [Int64], tag: dnnl_format_tag_t)
  let describe:
    (
      inout OpaquePointer?, _ engine: OpaquePointer, cdnnl_pass, _ factors: dnnl_data_type_t,
      _ hint: OpaquePointer?
    ) -> dnnl_status_t
}

/// The forward and backward passes of a layer with weights and bias, made when first needed.
struct Passes {
  /// The passes for one shape of input.
  private struct Prepared {
    let inputShape: [Int]
    let training: Bool
    let threads: Int
    let factors: dnnl_data_type_t
    let description: PassDescription
    let forward: Operation
    var inputGradient: Operation?
    var weightGradient: Operation?
    /// The version of the weights that `forward` holds in its own layout.
    var weightVersion: Int?
  }

  private var prepared: Prepared?
  private var input: Tensor?

  /// Runs the layer forwards; `describe` is called when the shape is a new one.
  ///
  /// - Parameter byHand: takes the place of oneDNN's forward pass where it is given; writes the output.
  mutating func forward(
    _ input: Tensor, outputShape: [Int], training: Bool, _ weight: Parameter, _ bias: Parameter,
    byHand: ((_ output: inout Tensor) -> Void)? = nil, describe: () -> PassDescription
  ) -> Tensor {
    var output = Tensor(uninitialized: outputShape)
    self.input = training ? input : nil
    if output.count == 0 { return output }
    var now: Prepared
    if let prepared, prepared.inputShape == input.shape, prepared.training == training,
      prepared.threads == ComputeThreads.count,
      prepared.factors == ComputePrecision.factors(training: training)
    {
      now = prepared
    } else {
      now = Passes.prepare(input.shape, training, describe())
    }
    if let byHand {
      byHand(&output)
      prepared = now
      return output
    }
    let unchanged: Set<Int> = now.weightVersion == weight.version ? [1] : []
    output.withMutableNumbers { output in
      run(now.forward, [input, weight.value, bias.value], [output], unchanged: unchanged)
    }
    now.weightVersion = weight.version
    prepared = now
    return output
  }

  private static func prepare(
    _ inputShape: [Int], _ training: Bool, _ description: PassDescription
  ) -> Prepared {
    let (source, weights, destination) =
      (description.source, description.weights, description.destination)
    let factors = ComputePrecision.factors(training: training)
    let forward = Operation([
      Operation.Argument(role: .source, shape: source.shape, tag: source.tag),
      Operation.Argument(role: .weights, shape: weights.shape, tag: weights.tag),
      Operation.Argument(role: .bias, shape: [destination.shape[1]], tag: dnnl_a),
      Operation.Argument(role: .destination, shape: destination.shape, tag: destination.tag),
    ]) { description.describe(&$0, $1, training ? cdnnl_training : cdnnl_inference, factors, nil) }
    return Prepared(
      inputShape: inputShape, training: training, threads: ComputeThreads.count, factors: factors,
      description: description, forward: forward)
  }

  /// Runs the layer backwards: sets the gradients of weight and bias, returns that of the input, or
  /// ``Tensor/notAskedFor`` where it is not to be given.
  mutating func backward(
    _ outputGradient: Tensor, _ weight: Parameter, _ bias: Parameter,
    givesInputGradient: Bool = true
  ) -> Tensor {
    guard let input else {
      preconditionFailure("backward without forward(training: true) before it")
    }
    var inputGradient =
      givesInputGradient ? Tensor(uninitialized: input.shape) : Tensor.notAskedFor
    if input.count == 0 {
      weight.gradient = Tensor(zeros: weight.value.shape)
      bias.gradient = Tensor(zeros: bias.value.shape)
      return inputGradient
    }
    guard var now = prepared else { preconditionFailure("a pass was lost") }
    let (source, weights, destination) =
      (now.description.source, now.description.weights, now.description.destination)
    precondition(
      outputGradient.count == destination.shape.reduce(1) { $0 * Int($1) },
      "a gradient of \(outputGradient.shape) does not fit the output")
    let ofOutput = Operation.Argument(
      role: .destinationGradient, shape: destination.shape, tag: destination.tag)
    let forWeights =
      now.weightGradient
      ?? Operation([
        Operation.Argument(role: .source, shape: source.shape, tag: source.tag), ofOutput,
        Operation.Argument(role: .weightsGradient, shape: weights.shape, tag: weights.tag),
        Operation.Argument(role: .biasGradient, shape: [destination.shape[1]], tag: dnnl_a),
      ]) {
        now.description.describe(
          &$0, $1, cdnnl_weight_gradient, now.factors, now.forward.description)
      }
    now.weightGradient = forWeights
    if givesInputGradient {
      let forInput =
        now.inputGradient
        ?? Operation([
          ofOutput, Operation.Argument(role: .weights, shape: weights.shape, tag: weights.tag),
          Operation.Argument(role: .sourceGradient, shape: source.shape, tag: source.tag),
        ]) {
          now.description.describe(
            &$0, $1, cdnnl_input_gradient, now.factors, now.forward.description)
        }
      now.inputGradient = forInput
      inputGradient.withMutableNumbers { result in
        run(forInput, [outputGradient, weight.value], [result])
      }
    }
    prepared = now
    for parameter in [weight, bias] where parameter.gradient.shape != parameter.value.shape {
      parameter.gradient = Tensor(uninitialized: parameter.value.shape)
    }
    weight.gradient.withMutableNumbers { ofWeight in
      bias.gradient.withMutableNumbers { ofBias in
        run(forWeights, [input, outputGradient], [ofWeight, ofBias])
      }
    }
    return inputGradient
  }
}

/// Runs an operation on tensors that it reads and numbers that it writes.
private func run(
  _ operation: Operation, _ inputs: [Tensor], _ results: [UnsafeMutableBufferPointer<Float>],
  unchanged: Set<Int> = []
) {
  // oneDNN takes every pointer as one it may write to, and writes to results alone.
  let read = inputs.compactMap { $0.withNumbers { UnsafeMutablePointer(mutating: $0.baseAddress) } }
  withExtendedLifetime(inputs) {
    operation.run(read + results.compactMap(\.baseAddress), unchanged: unchanged)
  }
}
