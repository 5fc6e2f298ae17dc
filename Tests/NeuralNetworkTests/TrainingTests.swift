import Embedding
import NeuralNetwork
import Testing

@Suite("Training")
struct TrainingTests {
  private static let inputs = Tensor(shape: [4, 2], values: [0, 0, 0, 1, 1, 0, 1, 1])
  private static let targets = Tensor(shape: [4, 1], values: [0, 1, 1, 0])

  /// Learns exclusive or; returns the loss of each step and the last outputs.
  private func train(seed: UInt64) -> (losses: [Float], outputs: [Float]) {
    var generator = SeededGenerator(seed: seed)
    let network = Sequential([
      Dense(inputs: 2, outputs: 16, using: &generator), ReLU(),
      Dense(inputs: 16, outputs: 1, using: &generator), Sigmoid(),
    ])
    let optimizer = Adam(learningRate: 0.05)
    let losses = (0..<300).map { _ in
      let output = network.forward(TrainingTests.inputs, training: true)
      let loss = Loss.binaryCrossEntropy(output, target: TrainingTests.targets)
      _ = network.backward(loss.gradients[0])
      optimizer.step(network.parameters)
      return loss.value
    }
    return (losses, network.forward(TrainingTests.inputs, training: false).values)
  }

  @Test("A small network learns exclusive or, and the same from the same seed")
  func exclusiveOr() {
    let (losses, outputs) = train(seed: 1)
    #expect(losses[299] < losses[0] / 20)
    #expect(outputs.map { $0 > 0.5 } == [false, true, true, false])
    let again = train(seed: 1)
    #expect(again.losses == losses)
    #expect(again.outputs == outputs)
    #expect(train(seed: 2).losses != losses)
  }

  /// The time-frequency autoencoder in small.
  private func autoencoder(
    side: Int, filters: [Int], half: Int, momentum: BatchNorm.Momentum = .kept(0.99), seed: UInt64
  ) -> (encoder: Branches, whole: Sequential) {
    var generator = SeededGenerator(seed: seed)
    let encoder = NetworkParts.timeFrequencyEncoder(
      side: side, filters: filters, half: half, momentum: momentum, weights: &generator)
    let decoder = NetworkParts.imageDecoder(
      latent: 2 * half, side: side, filters: filters.reversed(), momentum: momentum,
      weights: &generator)
    return (encoder, Sequential([encoder, decoder]))
  }

  @Test("Five steps of a small autoencoder are those of PyTorch")
  func autoencoder() {
    var reference = Reference("network")
    let network = autoencoder(
      side: 8, filters: [4, 16], half: 4, momentum: .taken(0.1), seed: 1
    ).whole
    let x = reference.take([4, 8, 8])
    for parameter in network.parameters where parameter.isTrainable {
      parameter.value = reference.take(parameter.value.shape)
    }
    let optimizer = Adam(learningRate: 1e-2)
    let target = x.reshaped([4, 8, 8, 1])
    for _ in 0..<5 {
      let output = network.forward(x, training: true)
      let loss = Loss.meanSquaredError(output, target: target)
      _ = network.backward(loss.gradients[0])
      optimizer.step(network.parameters)
      let expected = reference.take([]).values[0]
      #expect(abs(loss.value - expected) < 1e-4 * expected)
    }
    let still = network.forward(x, training: false)
    #expect(relativeError(still, reference.take([4, 8, 8, 1])) < 1e-3)
    #expect(reference.isAtEnd)
  }

  @Test("Vectors are the same with one thread and with two, at the first call and later")
  func threads() {
    let network = autoencoder(side: 32, filters: [16, 32], half: 16, seed: 3)
    let x = drawn([3, 32, 32], seed: 4)
    let once = network.whole.forward(x, training: false).values
    let twice = ComputeThreads.$count.withValue(2) {
      network.whole.forward(x, training: false).values
    }
    if NeuralNetworkLibraries.versions.contains(where: { $0.version.hasPrefix("2.") }) {
      #expect(once == twice)
    } else {
      // oneDNN 3 chooses its blocks by the number of threads.
      #expect(zip(once, twice).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) })
    }
    #expect(network.whole.forward(x, training: false).values == once)
    // A tile's vector does not depend on the tiles beside it.
    let alone = Tensor(shape: [1, 32, 32], values: x.values.prefix(1024))
    let vector = network.encoder.forward(x, training: false).values.prefix(32)
    // Where a processor has no AVX-512, oneDNN chooses its blocks by the number of tiles, and the last
    // digit may differ.
    let byItself = network.encoder.forward(alone, training: false).values
    #expect(zip(byItself, vector).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) })
    #expect(byItself.count == vector.count)
  }
}
