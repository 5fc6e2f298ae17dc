/// Mean and deviation over everything between batch and channels: (batch, …, channels) to (batch,
/// 2 × channels), the means first. Known as statistics pooling (Snyder et al. 2018, x-vectors).
///
/// The deviation is √(biased variance + epsilon).
public final class MeanDeviationPool: Layer {
  private let epsilon: Float
  private var input: Tensor?
  private var pooled: Tensor?

  /// A layer; `epsilon` keeps the gradient of a channel that never changes within bounds.
  public init(epsilon: Float = 1e-5) {
    precondition(epsilon > 0, "a deviation needs an epsilon")
    self.epsilon = epsilon
  }

  /// The output's shape, as the description of the type has it.
  public func outputShape(for inputShape: [Int]) -> [Int] {
    precondition(
      inputShape.count >= 3 && inputShape.dropFirst().allSatisfy { $0 > 0 },
      "\(inputShape) has nothing between batch and channels to pool")
    return [inputShape[0], 2 * inputShape[inputShape.count - 1]]
  }

  /// The output for an input.
  public func forward(_ input: Tensor, training: Bool) -> Tensor {
    let shape = outputShape(for: input.shape)
    let channels = shape[1] / 2
    let places = input.shape[1..<(input.shape.count - 1)].reduce(1, *)
    let share = 1 / Float(places)
    var output = Tensor(zeros: shape)
    input.withNumbers { x in
      output.withMutableNumbers { y in
        for item in 0..<shape[0] {
          let (mean, deviation) = (item * shape[1], item * shape[1] + channels)
          for place in 0..<places {
            let at = (item * places + place) * channels
            for c in 0..<channels { y[mean + c] += x[at + c] }
          }
          for c in 0..<channels { y[mean + c] *= share }
          for place in 0..<places {
            let at = (item * places + place) * channels
            for c in 0..<channels {
              let difference = x[at + c] - y[mean + c]
              y[deviation + c] += difference * difference
            }
          }
          for c in 0..<channels {
            y[deviation + c] = (y[deviation + c] * share + epsilon).squareRoot()
          }
        }
      }
    }
    self.input = training ? input : nil
    pooled = training ? output : nil
    return output
  }

  /// The gradient by the last input.
  public func backward(_ outputGradient: Tensor) -> Tensor {
    guard let input, let pooled else {
      preconditionFailure("backward before forward(training: true)")
    }
    let channels = pooled.shape[1] / 2
    let places = input.shape[1..<(input.shape.count - 1)].reduce(1, *)
    let share = 1 / Float(places)
    var result = Tensor(uninitialized: input.shape)
    input.withNumbers { x in
      pooled.withNumbers { y in
        outputGradient.withNumbers { dy in
          result.withMutableNumbers { dx in
            for item in 0..<input.shape[0] {
              let (mean, deviation) = (item * 2 * channels, item * 2 * channels + channels)
              for place in 0..<places {
                let at = (item * places + place) * channels
                for c in 0..<channels {
                  dx[at + c] =
                    share
                    * (dy[mean + c] + dy[deviation + c] * (x[at + c] - y[mean + c])
                      / y[deviation + c])
                }
              }
            }
          }
        }
      }
    }
    return result
  }
}
