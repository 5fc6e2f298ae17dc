/// The mean over everything between batch and channels: (batch, …, channels) to (batch, channels).
public final class GlobalAveragePool: Layer {
  private var inputShape: [Int] = []

  /// A layer without settings.
  public init() {}

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      inputShape.count >= 3 && inputShape.dropFirst().allSatisfy { $0 > 0 },
      "\(inputShape) has nothing between batch and channels to average")
    return [inputShape[0], inputShape[inputShape.count - 1]]
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let shape = outputShape(for: input.shape)
    inputShape = input.shape
    let channels = shape[1]
    let places = input.shape[1..<(input.shape.count - 1)].reduce(1, *)
    let share = 1 / Float(places)
    var output = Tensor(zeros: shape)
    input.withNumbers { x in
      output.withMutableNumbers { y in
        for item in 0..<shape[0] {
          for place in 0..<places {
            let at = (item * places + place) * channels
            for c in 0..<channels { y[item * channels + c] += x[at + c] }
          }
        }
        for i in 0..<y.count { y[i] *= share }
      }
    }
    return output
  }

  /// The gradient by the last input.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    let channels = outputGradient.shape[1]
    let places = inputShape[1..<(inputShape.count - 1)].reduce(1, *)
    let share = 1 / Float(places)
    var result = Tensor(uninitialized: inputShape)
    outputGradient.withNumbers { dy in
      result.withMutableNumbers { dx in
        for item in 0..<inputShape[0] {
          for place in 0..<places {
            let at = (item * places + place) * channels
            for c in 0..<channels { dx[at + c] = dy[item * channels + c] * share }
          }
        }
      }
    }
    return result
  }
}

/// Pooling of images: (batch, height, width, channels) to (batch, height', width', channels).
///
/// Windows stay inside: a side of n becomes (n - size) / stride + 1.
public final class Pool2D: Layer {
  /// What becomes of a window.
  public enum Kind: Sendable, Hashable {
    /// Its largest number; the gradient goes to the first such.
    case max

    /// Its mean.
    case average
  }

  private let kind: Kind
  private let size: Int
  private let stride: Int
  private var input: Tensor?

  /// A layer with square windows; the stride is their size unless given.
  public init(_ kind: Kind, size: Int, stride: Int? = nil) {
    precondition(size > 0 && (stride ?? 1) > 0, "pooling has windows and a stride")
    self.kind = kind
    self.size = size
    self.stride = stride ?? size
  }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      inputShape.count == 4 && inputShape[1] >= size && inputShape[2] >= size,
      "windows of \(size) do not fit into \(inputShape)")
    return [
      inputShape[0], (inputShape[1] - size) / stride + 1, (inputShape[2] - size) / stride + 1,
      inputShape[3],
    ]
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let shape = outputShape(for: input.shape)
    self.input = training ? input : nil
    var output = Tensor(uninitialized: shape)
    let share = 1 / Float(size * size)
    input.withNumbers { x in
      output.withMutableNumbers { y in
        visit(input.shape, shape) { to, window in
          switch kind {
          case .average: y[to] = window.reduce(0) { $0 + x[$1] } * share
          case .max: y[to] = window.reduce(-.infinity) { Swift.max($0, x[$1]) }
          }
        }
      }
    }
    return output
  }

  /// The gradient by the last input.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let input else { preconditionFailure("backward before forward(training: true)") }
    var result = Tensor(zeros: input.shape)
    let share = 1 / Float(size * size)
    input.withNumbers { x in
      outputGradient.withNumbers { dy in
        result.withMutableNumbers { dx in
          visit(input.shape, outputShape(for: input.shape)) { to, window in
            switch kind {
            case .average: for from in window { dx[from] += dy[to] * share }
            case .max:
              var best = window[0]
              for from in window where x[from] > x[best] { best = from }
              dx[best] += dy[to]
            }
          }
        }
      }
    }
    return result
  }

  /// Calls `body` with the place of each output and the places of its window in the input.
  private func visit(_ from: [Int], _ to: [Int], _ body: (Int, [Int]) -> Void) {
    var window = [Int](repeating: 0, count: size * size)
    var place = 0
    for item in 0..<to[0] {
      for y in 0..<to[1] {
        for x in 0..<to[2] {
          for channel in 0..<to[3] {
            for i in 0..<size {
              for j in 0..<size {
                let row = (item * from[1] + y * stride + i) * from[2] + x * stride + j
                window[i * size + j] = row * from[3] + channel
              }
            }
            body(place, window)
            place += 1
          }
        }
      }
    }
  }
}
