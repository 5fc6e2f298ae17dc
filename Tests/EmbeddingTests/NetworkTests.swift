import NeuralNetwork
import Testing

@testable import Embedding

@Suite("Networks")
struct NetworkTests {
  private func counts(_ layer: (any Layer)?) -> [Int] {
    (layer as? Sequential)?.layers.map(\.parameterCount).filter { $0 > 0 } ?? []
  }

  private static let decoderCounts = [
    4_210_688, 1_638_656, 1024, 819_328, 512, 204_864, 256, 51_232, 128, 801,
  ]

  @Test("The time-frequency autoencoder has the parameters of the published one, layer by layer")
  func timeFrequency() throws {
    let network = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 1)
    let all = network.parameters
    #expect(all.reduce(0) { $0 + $1.value.count } == 7_927_873)
    #expect(all.filter(\.isTrainable).reduce(0) { $0 + $1.value.count } == 7_924_993)
    #expect(network.encoder.parameterCount == 1_000_384)
    let halves = try #require(network.encoder as? Branches)
    for half in halves.branches {
      let half = try #require(half as? Sequential)
      #expect(half.outputShape(for: [3, 128, 128]) == [3, 128])
      #expect(counts(half) == [20_512, 128, 10_304, 256, 41_088, 512, 164_096, 1024, 262_272])
    }
    let decoder = try #require(network.decoder)
    #expect(counts(decoder) == NetworkTests.decoderCounts)
    #expect(decoder.parameterCount == 6_927_489)
    #expect(decoder.outputShape(for: [3, 256]) == [3, 128, 128, 1])
  }

  @Test("The convolutional autoencoder has the same vector, kernel and decoder")
  func convolutional() throws {
    let network = EmbeddingNetwork(.convolutionalAutoencoder, seed: 1)
    #expect(
      counts(network.encoder)
        == [832, 128, 51_264, 256, 204_928, 512, 819_456, 1024, 4_194_560])
    #expect(network.encoder.outputShape(for: [3, 128, 128]) == [3, 256])
    let decoder = try #require(network.decoder)
    #expect(counts(decoder) == NetworkTests.decoderCounts)
  }

  @Test("The contrastive network gives unit vectors of 128 numbers and has no decoder")
  func contrastive() {
    let network = EmbeddingNetwork(.contrastiveCNN, seed: 1)
    #expect(
      counts(network.encoder) == [320, 128, 18_496, 256, 73_856, 512, 295_168, 1024, 32_896])
    #expect(network.decoder == nil)
    var generator = SeededGenerator(seed: 2)
    let tiles = Tensor(uniform: [2, 128, 128], limit: 1, using: &generator)
    let vectors = network.encoder.forward(tiles, training: false)
    #expect(vectors.shape == [2, 128])
    for vector in vectors.split([128])[0].values.chunks(of: 128) {
      let square = vector.reduce(0) { $0 + $1 * $1 }
      #expect(abs(square - 1) < 1e-5)
    }
  }

  @Test("Each half slides along the axis that it is called after")
  func axes() throws {
    // Content moved by 16 columns or rows moves the features of a half by one step of its stack
    // along its own axis; along the other axis the moved places meet other weights.
    let network = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 1)
    let halves = try #require(network.encoder as? Branches)
    for (half, branch) in zip(network.architecture.halves, halves.branches) {
      let stack = Sequential(try #require(branch as? Sequential).layers.dropLast(2))
      let still = features(of: stack, row: 48, column: 48)
      let later = features(of: stack, row: 48, column: 64)
      let lower = features(of: stack, row: 64, column: 48)
      let (along, across) = half.axis == .time ? (later, lower) : (lower, later)
      // (8 steps, 256): one step further, and away from the ends the same.
      #expect(Array(still[(2 * 256)..<(5 * 256)]) == Array(along[(3 * 256)..<(6 * 256)]))
      #expect(Array(still[(2 * 256)..<(5 * 256)]) != Array(across[(3 * 256)..<(6 * 256)]))
      #expect(still != across)
    }
  }

  /// What a stack makes of a small square of light at a place.
  private func features(of stack: Sequential, row: Int, column: Int) -> [Float] {
    var image = [Float](repeating: 0, count: 128 * 128)
    for y in row..<row + 8 { for x in column..<column + 8 { image[y * 128 + x] = 1 } }
    return stack.forward(Tensor(shape: [1, 128, 128], values: image), training: false).values
  }

  @Test("Parameters have the paths of a state dictionary, the encoder's first")
  func names() {
    let network = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 1)
    let names = network.namedParameters.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      names.prefix(7).elementsEqual([
        "encoder.frequency.conv1.weight", "encoder.frequency.conv1.bias",
        "encoder.frequency.norm1.weight", "encoder.frequency.norm1.bias",
        "encoder.frequency.norm1.running_mean", "encoder.frequency.norm1.running_var",
        "encoder.frequency.conv2.weight",
      ]))
    #expect(names.contains("encoder.time.dense.bias"))
    #expect(names.last == "decoder.conv5.bias")
    let firstOfDecoder = names.firstIndex { $0.hasPrefix("decoder.") }
    #expect(names[(firstOfDecoder ?? 0)...].allSatisfy { $0.hasPrefix("decoder.") })
  }

  @Test(
    "The same seed gives the same network, another another", arguments: NetworkArchitecture.allCases
  )
  func seeds(_ architecture: NetworkArchitecture) {
    let values = { (seed: UInt64) in
      EmbeddingNetwork(architecture, seed: seed).parameters.flatMap { $0.value.values.prefix(8) }
    }
    #expect(values(1) == values(1))
    #expect(values(1) != values(2))
  }

  @Test("A network that is given the weights of another gives its vectors")
  func given() {
    let one = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 1)
    var later = GivenLater()
    let other = EmbeddingNetwork(.timeFrequencyAutoencoder, withDecoder: false, weights: &later)
    let tensors = Dictionary(
      uniqueKeysWithValues: one.namedParameters.map { ($0.name, $0.parameter.value) })
    other.give { name, shape in
      guard let tensor = tensors[name], tensor.shape == shape else {
        preconditionFailure("no \(name) of \(shape)")
      }
      return tensor
    }
    #expect(other.decoder == nil)
    var generator = SeededGenerator(seed: 2)
    let tiles = Tensor(uniform: [2, 128, 128], limit: 1, using: &generator)
    #expect(
      one.encoder.forward(tiles, training: false).values
        == other.encoder.forward(tiles, training: false).values)
  }
}

extension Array {
  fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min(count, $0 + size)] }
  }
}
