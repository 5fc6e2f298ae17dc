import Embedding
import NeuralNetwork
import Testing

/// bfloat16 keeps 8 bits, so each factor is off by up to 1/512 of itself; sums of many products, whose
/// errors are independent, stay within a per cent.
@Suite("Training with factors of 16 bits", .enabled(if: ComputePrecision.bfloat16.isSupported))
struct PrecisionTests {
  /// The largest relative error (L2) of outputs and gradients against 32 bits.
  private static let tolerance = 0.01

  enum Kind: String, CaseIterable {
    case dense, sequence, image, imageOfOneChannel, transposed, toOneChannel

    var inputShape: [Int] {
      switch self {
      case .dense: [8, 70]
      case .sequence: [4, 32, 48]
      case .image, .toOneChannel: [4, 16, 16, 32]
      case .imageOfOneChannel: [4, 16, 16, 1]
      case .transposed: [4, 8, 8, 32]
      }
    }

    func layer() -> any Layer {
      var weights = SeededGenerator(seed: 31)
      return switch self {
      case .dense: Dense(inputs: 70, outputs: 48, using: &weights)
      case .sequence: Conv1D(inputs: 48, outputs: 32, kernel: 5, stride: 2, using: &weights)
      case .image: Conv2D(inputs: 32, outputs: 48, kernel: 5, stride: 2, using: &weights)
      case .imageOfOneChannel: Conv2D(inputs: 1, outputs: 32, kernel: 3, stride: 2, using: &weights)
      case .transposed:
        ConvTranspose2D(inputs: 32, outputs: 16, kernel: 5, stride: 2, using: &weights)
      case .toOneChannel: ConvTranspose2D(inputs: 32, outputs: 1, kernel: 5, using: &weights)
      }
    }
  }

  /// The output of a training pass, the gradients by input and parameters, and an inference.
  private func pass(_ kind: Kind, _ precision: ComputePrecision) -> [Tensor] {
    ComputePrecision.$training.withValue(precision) {
      let layer = kind.layer()
      let x = drawn(kind.inputShape, seed: 1)
      let output = layer.forward(x, training: true)
      let gradient = layer.backward(drawn(output.shape, seed: 2))
      return [output, gradient] + layer.parameters.map(\.gradient)
        + [layer.forward(x, training: false)]
    }
  }

  @Test("Outputs and gradients are those of 32 bits within 1 %", arguments: Kind.allCases)
  func layers(_ kind: Kind) {
    let full = pass(kind, .float32)
    let half = pass(kind, .bfloat16)
    for (ours, theirs) in zip(half, full).dropLast() {
      #expect(relativeError(ours, theirs) < Self.tolerance)
    }
    // It took place, and inference knows nothing of it.
    #expect(zip(half, full).dropLast().contains { $0.values != $1.values })
    #expect(half.last?.values == full.last?.values)
  }

  @Test("A small autoencoder learns as it does with 32 bits")
  func training() {
    let losses = [ComputePrecision.float32, .bfloat16].map { precision in
      ComputePrecision.$training.withValue(precision) {
        var weights = SeededGenerator(seed: 5)
        let network = Sequential([
          NetworkParts.timeFrequencyEncoder(
            side: 32, filters: [16, 32], half: 16, weights: &weights),
          NetworkParts.imageDecoder(latent: 32, side: 32, filters: [32, 16], weights: &weights),
        ])
        // Stripes: an image that can be learned.
        let x = Tensor(
          shape: [8, 32, 32],
          values: (0..<8 * 1024).map { ($0 / 1024 + $0 / 4) % 3 == 0 ? Float(1) : 0 })
        let optimizer = Adam(learningRate: 1e-2)
        return (0..<40).map { _ in
          let loss = Loss.meanSquaredError(
            network.forward(x, training: true), target: x.reshaped([8, 32, 32, 1]))
          _ = network.backward(loss.gradients[0])
          optimizer.step(network.parameters)
          return loss.value
        }
      }
    }
    #expect(losses[0][39] < losses[0][0] / 4)
    #expect(losses[1][39] < losses[1][0] / 4)
    #expect(abs(losses[1][39] - losses[0][39]) < 0.2 * losses[0][0])
    #expect(abs(losses[1][0] - losses[0][0]) < 0.01 * losses[0][0])
    #expect(losses[0] != losses[1])
  }
}
