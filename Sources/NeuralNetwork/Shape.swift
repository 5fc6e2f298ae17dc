/// (batch, …) to (batch, all the rest).
public final class Flatten: Layer {
  private var inputShape: [Int] = []

  /// A layer without settings.
  public init() {}

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(!inputShape.isEmpty, "one number cannot be flattened")
    return [inputShape[0], inputShape[1...].reduce(1, *)]
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    inputShape = input.shape
    return input.reshaped(outputShape(for: input.shape))
  }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor { outputGradient.reshaped(inputShape) }
}

/// (batch, …) to (batch, another shape of as many numbers).
public final class Reshape: Layer {
  private let shape: [Int]
  private var inputShape: [Int] = []

  /// A layer to a shape, the batch left out.
  public init(to shape: [Int]) { self.shape = shape }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      !inputShape.isEmpty && inputShape[1...].reduce(1, *) == shape.reduce(1, *),
      "\(inputShape) cannot take the shape \(shape)")
    return [inputShape[0]] + shape
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    inputShape = input.shape
    return input.reshaped(outputShape(for: input.shape))
  }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor { outputGradient.reshaped(inputShape) }
}

/// The axes in another order; the batch stays first.
public final class Transpose: Layer {
  private let order: [Int]

  /// A layer whose output axis i is input axis `order[i]`; the batch is axis 0 and stays.
  public init(order: [Int]) {
    precondition(
      order.first == 0 && order.sorted() == Array(0..<order.count),
      "\(order) is not an order of axes that begins with the batch")
    self.order = order
  }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      inputShape.count == order.count, "\(inputShape) has not \(order.count) axes to put in order")
    return order.map { inputShape[$0] }
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor { input.transposed(order) }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return outputGradient.transposed(inverse)
  }
}

/// Several networks on one input, their outputs joined on the last axis.
///
/// Each branch is given the input; their outputs agree in all axes but the last.
public final class Branches: Layer {
  /// The branches, in the order of their outputs.
  public let branches: [any Layer]

  private let names: [String]
  private var widths: [Int] = []

  /// A layer of at least one branch, joined in this order, each with a name of its own without a
  /// dot.
  public init(named branches: [(name: String, layer: any Layer)]) {
    precondition(!branches.isEmpty, "branches need at least one")
    names = branches.map(\.name)
    self.branches = branches.map(\.layer)
    precondition(
      Set(names).count == names.count && !names.contains { $0.isEmpty || $0.contains(".") },
      "branches need names of their own without dots: \(names)")
  }

  /// The same with the names 0, 1, …
  public convenience init(_ branches: [any Layer]) {
    self.init(named: branches.enumerated().map { (String($0.offset), $0.element) })
  }

  /// Those of all branches, in their order.
  public var parameters: [Parameter] { branches.flatMap(\.parameters) }

  /// Those of all branches, each path beginning with the branch's name.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    Swift.zip(names, branches).flatMap { name, branch in
      branch.namedParameters.map { ("\(name).\($0.name)", $0.parameter) }
    }
  }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    let shapes = branches.map { $0.outputShape(for: inputShape) }
    return shapes[0].dropLast() + [shapes.reduce(0) { $0 + ($1.last ?? 0) }]
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let outputs = branches.map { $0.forward(input, training: training) }
    widths = outputs.map { $0.shape.last ?? 0 }
    return Tensor.concatenated(outputs)
  }

  /// The gradient by the last input; sets those of the parameters.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    let gradients = zip(branches, outputGradient.split(widths)).map { $0.backward($1) }
    if gradients.contains(where: \.isNotAskedFor) { return .notAskedFor }
    return gradients.dropFirst().reduce(gradients[0]) { $0.zip($1, +) }
  }
}

extension Tensor {
  /// The axes in another order: axis i of the result is axis `order[i]` of this tensor.
  public func transposed(_ order: [Int]) -> Tensor {
    precondition(
      order.sorted() == Array(shape.indices), "\(order) is not an order of the axes of \(shape)")
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    let (to, steps) = (order.map { shape[$0] }, order.map { strides[$0] })
    guard let width = to.last, let step = steps.last, count > 0 else { return self }
    var result = Tensor(uninitialized: to)
    withNumbers { from in
      result.withMutableNumbers { result in
        var index = [Int](repeating: 0, count: to.count)
        var start = 0
        for row in stride(from: 0, to: from.count, by: width) {
          for i in 0..<width { result[row + i] = from[start + i * step] }
          // The next row: count up, carrying from the last axis but one.
          var axis = to.count - 2
          while axis >= 0 {
            index[axis] += 1
            start += steps[axis]
            if index[axis] < to[axis] { break }
            start -= index[axis] * steps[axis]
            index[axis] = 0
            axis -= 1
          }
        }
      }
    }
    return result
  }

  /// Tensors joined on the last axis; they agree in all others.
  public static func concatenated(_ tensors: [Tensor]) -> Tensor {
    guard let first = tensors.first, !first.shape.isEmpty else {
      preconditionFailure("there is nothing to join")
    }
    let outer = Array(first.shape.dropLast())
    precondition(
      tensors.allSatisfy { Array($0.shape.dropLast()) == outer && !$0.shape.isEmpty },
      "\(tensors.map(\.shape)) do not agree in all axes but the last")
    let widths = tensors.map { $0.shape[outer.count] }
    let width = widths.reduce(0, +)
    let rows = outer.reduce(1, *)
    var result = Tensor(uninitialized: outer + [width])
    result.withMutableNumbers { result in
      var start = 0
      for (tensor, own) in Swift.zip(tensors, widths) {
        tensor.withNumbers { numbers in
          for row in 0..<rows {
            for i in 0..<own { result[row * width + start + i] = numbers[row * own + i] }
          }
        }
        start += own
      }
    }
    return result
  }

  /// The last axis cut into pieces of these widths, which fill it.
  public func split(_ widths: [Int]) -> [Tensor] {
    precondition(
      !shape.isEmpty && widths.reduce(0, +) == shape[shape.count - 1],
      "\(widths) do not fill the last axis of \(shape)")
    let outer = Array(shape.dropLast())
    let width = shape[outer.count]
    let rows = outer.reduce(1, *)
    var start = 0
    return widths.map { own in
      var piece = Tensor(uninitialized: outer + [own])
      withNumbers { numbers in
        piece.withMutableNumbers { piece in
          for row in 0..<rows {
            for i in 0..<own { piece[row * own + i] = numbers[row * width + start + i] }
          }
        }
      }
      start += own
      return piece
    }
  }
}
