import CDNNL

/// A convolution along one axis.
///
/// Input (batch, steps, inputs), output (batch, steps', outputs), weight (outputs, inputs, kernel)
/// as in PyTorch, bias (outputs). As in every library it is a correlation: the kernel is not
/// turned round.
public final class Conv1D: Convolution {
  /// A layer with weights after Glorot and Bengio (2010), uniform, and a bias of zero.
  /// - Parameter givesInputGradient: see ``Convolution/backward(_:)``.
  public init(
    inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Padding = .same,
    givesInputGradient: Bool = true, using weights: inout some WeightSource
  ) {
    super.init(
      inputs: inputs, outputs: outputs, kernel: [kernel], stride: [stride], padding: padding,
      transposed: false, givesInputGradient: givesInputGradient, using: &weights)
  }
}

/// A convolution over images.
///
/// Input (batch, height, width, inputs), output (batch, height', width', outputs), weight
/// (outputs, inputs, kernel, kernel) as in PyTorch, bias (outputs).
public final class Conv2D: Convolution {
  /// A layer with a square kernel, weights after Glorot and Bengio (2010), uniform, and a bias of
  /// zero.
  /// - Parameter givesInputGradient: see ``Convolution/backward(_:)``.
  public init(
    inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Padding = .same,
    givesInputGradient: Bool = true, using weights: inout some WeightSource
  ) {
    super.init(
      inputs: inputs, outputs: outputs, kernel: [kernel, kernel], stride: [stride, stride],
      padding: padding, transposed: false, givesInputGradient: givesInputGradient, using: &weights)
  }
}

/// A transposed convolution over images: the gradient of a convolution, as a layer.
///
/// Input (batch, height, width, inputs), output (batch, height', width', outputs), weight
/// (inputs, outputs, kernel, kernel) as in PyTorch, bias (outputs). The whole output has
/// (length - 1) × stride + kernel steps, of which `padding` is cropped.
public final class ConvTranspose2D: Convolution {
  /// A layer with a square kernel, weights after Glorot and Bengio (2010), uniform, and a bias of
  /// zero.
  public init(
    inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Padding = .same,
    using weights: inout some WeightSource
  ) {
    super.init(
      inputs: inputs, outputs: outputs, kernel: [kernel, kernel], stride: [stride, stride],
      padding: padding, transposed: true, givesInputGradient: true, using: &weights)
  }
}

/// What ``Conv1D``, ``Conv2D`` and ``ConvTranspose2D`` are: one of these, along any axes, in either
/// direction.
public class Convolution: Layer {
  private let weight: Parameter
  private let bias: Parameter
  private let inputs: Int
  private let outputs: Int
  private let kernel: [Int]
  private let stride: [Int]
  private let padding: Padding
  private let transposed: Bool
  private let givesInputGradient: Bool
  private var passes = Passes()

  init(
    inputs: Int, outputs: Int, kernel: [Int], stride: [Int], padding: Padding, transposed: Bool,
    givesInputGradient: Bool, using weights: inout some WeightSource
  ) {
    precondition(
      inputs > 0 && outputs > 0 && (kernel + stride).allSatisfy { $0 > 0 },
      "a convolution has inputs, outputs, a kernel and a stride")
    (self.inputs, self.outputs) = (inputs, outputs)
    (self.kernel, self.stride) = (kernel, stride)
    (self.padding, self.transposed) = (padding, transposed)
    self.givesInputGradient = givesInputGradient
    let field = kernel.reduce(1, *)
    weight = Parameter(
      "weight",
      weights.uniform(
        (transposed ? [inputs, outputs] : [outputs, inputs]) + kernel,
        limit: glorotLimit(inputs: inputs * field, outputs: outputs * field)),
      decays: true)
    bias = Parameter("bias", Tensor(zeros: [outputs]))
  }

  /// Weight, then bias.
  public var parameters: [Parameter] { [weight, bias] }

  /// What is padded or cropped at the ends of each axis of space.
  private func ends(_ inputShape: [Int]) -> [(before: Int, after: Int)] {
    kernel.indices.map { axis in
      let length = inputShape[1 + axis]
      return transposed
        ? padding.crop(length: length, kernel: kernel[axis], stride: stride[axis])
        : padding.ends(length: length, kernel: kernel[axis], stride: stride[axis])
    }
  }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      inputShape.count == kernel.count + 2 && inputShape.last == inputs,
      "a convolution of \(inputs) channels over \(kernel.count) axes was given \(inputShape)")
    let space = zip(kernel.indices, ends(inputShape)).map { axis, ends in
      let length = inputShape[1 + axis]
      let result =
        transposed
        ? (length - 1) * stride[axis] + kernel[axis] - ends.before - ends.after
        : (length + ends.before + ends.after - kernel[axis]) / stride[axis] + 1
      precondition(
        length > 0 && result > 0
          && length + ends.before + ends.after >= (transposed ? 0 : kernel[axis]),
        "a kernel of \(kernel[axis]) does not fit an axis of \(length)")
      return result
    }
    return [inputShape[0]] + space + [outputs]
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let shape = outputShape(for: input.shape)
    let byHand: ((inout Tensor) -> Void)? =
      FewChannels.suits(weight, kernel: kernel, stride: stride, transposed: transposed)
      ? { [weight, bias] output in
        FewChannels.forward(
          input, weight.value, bias.value, before: self.ends(input.shape).map(\.before), &output)
      } : nil
    return passes.forward(
      input, outputShape: shape, training: training, weight, bias, byHand: byHand
    ) {
      describe(input.shape, shape)
    }
  }

  /// The gradient by the last input; sets those of the parameters.
  ///
  /// A layer that was made without `givesInputGradient`, as the first of a network may be, spares
  /// itself the work and returns ``Tensor/notAskedFor``.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    passes.backward(outputGradient, weight, bias, givesInputGradient: givesInputGradient)
  }

  /// oneDNN counts axes as batch, channels, space, and outputs before inputs in both directions,
  /// whatever the order in memory.
  private func describe(_ inputShape: [Int], _ outputShape: [Int]) -> PassDescription {
    let ends = ends(inputShape)
    let source = Convolution.channelsSecond(inputShape)
    let destination = Convolution.channelsSecond(outputShape)
    let weights = ([outputs, inputs] + kernel).map(Int64.init)
    let flat = kernel.count == 1
    let channelsLast = flat ? dnnl_acb : dnnl_acdb
    let kernelOrder =
      transposed ? (flat ? dnnl_bac : dnnl_bacd) : (flat ? dnnl_abc : dnnl_abcd)
    var shape = cdnnl_convolution()
    shape.transposed = transposed ? 1 : 0
    shape.axes = Int32(source.count)
    shape.source = four(source)
    shape.weights = four(weights)
    shape.destination = four(destination)
    shape.strides = two(stride)
    shape.before = two(ends.map(\.before))
    shape.after = two(ends.map(\.after))
    // Gradients of weights are sums over all places, which oneDNN takes faster in blocks of 16
    // channels, where there are so many. For few places, and in the other passes, copying costs more.
    let places = source.dropFirst(2).reduce(1, *)
    let gainsFromBlocks = flat || (outputs >= 16 && places >= 32 * 32)
    return PassDescription(
      source: (source, channelsLast), weights: (weights, kernelOrder),
      destination: (destination, channelsLast)
    ) { description, engine, pass, factors, hint in
      withUnsafePointer(to: shape) {
        let layout =
          pass == cdnnl_weight_gradient && gainsFromBlocks ? dnnl_format_tag_any : channelsLast
        return cdnnl_convolution_describe(&description, engine, $0, pass, factors, layout, hint)
      }
    }
  }

  private static func channelsSecond(_ shape: [Int]) -> [Int64] {
    ([shape[0], shape[shape.count - 1]] + shape[1..<(shape.count - 1)]).map(Int64.init)
  }
}

private func four(_ values: [Int64]) -> (Int64, Int64, Int64, Int64) {
  (values[0], values[1], values[2], values.count > 3 ? values[3] : 0)
}

private func two(_ values: [Int]) -> (Int64, Int64) {
  (Int64(values[0]), values.count > 1 ? Int64(values[1]) : 0)
}
