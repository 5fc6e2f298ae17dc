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

  @Test("Five steps of a small autoencoder are those of PyTorch")
  func autoencoder() {
    var reference = Reference("network")
    let network = TimeFrequencyAutoencoder(
      side: 8, filters: [4, 16], latent: 4, decoder: [16, 4], momentum: .taken(0.1), seed: 1)
    let x = reference.take([4, 8, 8])
    for parameter in network.autoencoder.parameters where parameter.isTrainable {
      parameter.value = reference.take(parameter.value.shape)
    }
    let optimizer = Adam(learningRate: 1e-2)
    let target = x.reshaped([4, 8, 8, 1])
    for _ in 0..<5 {
      let output = network.autoencoder.forward(x, training: true)
      let loss = Loss.meanSquaredError(output, target: target)
      _ = network.autoencoder.backward(loss.gradients[0])
      optimizer.step(network.autoencoder.parameters)
      let expected = reference.take([]).values[0]
      #expect(abs(loss.value - expected) < 1e-4 * expected)
    }
    let still = network.autoencoder.forward(x, training: false)
    #expect(relativeError(still, reference.take([4, 8, 8, 1])) < 1e-3)
    #expect(reference.isAtEnd)
  }

  @Test("The time-frequency autoencoder has the parameters of the published one")
  func parameterCounts() {
    let network = TimeFrequencyAutoencoder(seed: 1)
    #expect(network.autoencoder.parameterCount == 7_927_873)
    #expect(network.encoder.parameterCount == 1_000_384)
    let trained = network.autoencoder.parameters.filter(\.isTrainable)
    #expect(trained.reduce(0) { $0 + $1.value.count } == 7_924_993)
    for branch in network.branches {
      #expect(branch.outputShape(for: [3, 128, 128]) == [3, 128])
      #expect(
        branch.layers.map(\.parameterCount).filter { $0 > 0 }
          == [20_512, 128, 10_304, 256, 41_088, 512, 164_096, 1024, 262_272])
    }
    #expect(
      network.decoder.layers.map(\.parameterCount).filter { $0 > 0 }
        == [
          4_210_688, 1_638_656, 1024, 819_328, 512, 204_864, 256, 51_232, 128, 801,
        ])
    #expect(network.autoencoder.outputShape(for: [3, 128, 128]) == [3, 128, 128, 1])
  }

  @Test("Vectors are the same with one thread and with two, at the first call and later")
  func threads() {
    let network = TimeFrequencyAutoencoder(
      side: 32, filters: [16, 32], latent: 16, decoder: [32, 16], seed: 3)
    let x = drawn([3, 32, 32], seed: 4)
    let once = network.autoencoder.forward(x, training: false).values
    let twice = ComputeThreads.$count.withValue(2) {
      network.autoencoder.forward(x, training: false).values
    }
    #expect(once == twice)
    #expect(network.autoencoder.forward(x, training: false).values == once)
    // A tile's vector does not depend on the tiles beside it.
    let alone = Tensor(shape: [1, 32, 32], values: x.values.prefix(1024))
    let vector = network.encoder.forward(x, training: false).values.prefix(32)
    #expect(network.encoder.forward(alone, training: false).values == Array(vector))
  }
}
