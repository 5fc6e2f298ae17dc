import NeuralNetwork
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

@Suite("A network that draws")
struct ReconstructionTests {
  private static func image(columns: Int) -> MelImage {
    var random = SplitMix64(seed: 4)
    let frames = columns * 1292 / 512
    return MelImage(
      melDecibels: FeatureMatrix(
        frameCount: frames, binCount: 128,
        values: (0..<(frames * 128)).map { _ in Float.random(in: -80...0, using: &random) }))
  }

  @Test("draws each tile of an image from its vector alone, the mean where they overlap")
  func tiles() throws {
    let network = EmbeddingNetwork(.convolutionalAutoencoder, seed: 2)
    let image = Self.image(columns: 300)
    let columns = image.columnCount
    let made = try #require(network.reconstruction(of: image))
    #expect(made.pixels.count == 128 * columns)
    #expect(columns == 300)
    let starts = [0, 86, 172]
    let decoder = try #require(network.decoder)
    var error: Float = 0
    var drawn: [[Float]] = []
    for start in starts {
      let tile = Tensor(tilesOf: image, starts: [start])
      let vector = network.encoder.forward(tile, training: false)
      drawn.append(decoder.forward(vector, training: false).values)
      let (one, other) = (drawn[drawn.count - 1], tile.values)
      error += zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Float(one.count)
      #expect(network.tile(of: vector.values) == drawn[drawn.count - 1])
    }
    #expect(abs(made.meanSquaredError - error / Float(starts.count)) < 1e-5)
    for column in [0, 100, 140, columns - 1] {
      let inside = starts.indices.filter { (starts[$0]..<(starts[$0] + 128)).contains(column) }
      let mean =
        inside.reduce(0) { $0 + drawn[$1][64 * 128 + column - starts[$1]] } / Float(inside.count)
      #expect(abs(made.pixels[64 * columns + column] - mean) < 1e-6)
    }
  }

  @Test("takes back standardisation and whitening of a vector", arguments: [false, true])
  func inverse(isWhitened: Bool) throws {
    var random = SplitMix64(seed: 8)
    func numbers(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
      (0..<count).map { _ in Float.random(in: range, using: &random) }
    }
    let network = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 2)
    let standardisation = EmbeddingModel.Standardisation(
      mean: numbers(256, -1...1), deviation: numbers(256, 0.5...2),
      whitening: isWhitened
        ? (0..<2).map { _ in
          var matrix = numbers(128 * 128, -0.05...0.05)
          for place in 0..<128 { matrix[place * 129] += 1 }
          return matrix
        } : [])
    let model = try EmbeddingModel(
      network: network, name: "two halves", tileCount: 2, standardisation: standardisation,
      card: ["": ""])
    let image = Self.image(columns: 128)
    let raw = network.meanVector(of: image, tileCount: 2)
    let back = try #require(model.decoderInput(for: Self.finished(raw, standardisation)))
    // The length of each half is lost; the direction is not.
    for half in [0..<128, 128..<256] {
      let wanted = half.map { (raw[$0] - standardisation.mean[$0]) / standardisation.deviation[$0] }
      let found = half.map { (back[$0] - standardisation.mean[$0]) / standardisation.deviation[$0] }
      let dot = zip(wanted, found).reduce(0) { $0 + $1.0 * $1.1 }
      let lengths = [wanted, found].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      #expect(dot / (lengths[0] * lengths[1]) > 0.9999)
    }
  }

  /// What a model makes of a mean vector, the plain way.
  private static func finished(
    _ raw: [Float], _ standardisation: EmbeddingModel.Standardisation
  ) -> [Float] {
    var vector = raw.indices.map {
      (raw[$0] - standardisation.mean[$0]) / standardisation.deviation[$0]
    }
    for (number, half) in [0..<128, 128..<256].enumerated() {
      var part = Array(vector[half])
      if !standardisation.whitening.isEmpty {
        let matrix = standardisation.whitening[number]
        part = (0..<128).map { row in
          (0..<128).reduce(0) { $0 + matrix[row * 128 + $1] * vector[half.lowerBound + $1] }
        }
      }
      let length = part.reduce(0) { $0 + $1 * $1 }.squareRoot() * Float(2).squareRoot()
      vector.replaceSubrange(half, with: part.map { $0 / length })
    }
    return vector
  }
}
