import Embedding
import FileAccess
import SpectralFeatures
import TestSupport
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Training the feature-statistics model")
struct FeatureStatisticsTrainingTests {
  let folder = TemporaryFolder()

  /// One mel band and one coefficient: 55 statistics.
  private static let settings: SpectrogramSettings = {
    var settings = SpectrogramSettings()
    settings.melBandCount = 1
    settings.mfccCount = 1
    return settings
  }()

  private static let count = 55

  /// Weights that make every statistic count the same.
  private static let evenWeights: [String: Double] = Dictionary(
    uniqueKeysWithValues: FeatureStatistics.parts(settings: settings).map {
      ($0.name, Double($0.count).squareRoot())
    })

  private static func training(
    dimension: Int, whitening: Double = 0.5, weights: [String: Double] = evenWeights
  ) -> FeatureStatisticsTraining {
    var training = FeatureStatisticsTraining()
    training.settings = settings
    training.dimension = dimension
    training.whitening = whitening
    training.partWeights = weights
    return training
  }

  /// Three groups of statistics, of 20, 12 and 5; those of a group move together, each with its own
  /// size and sign, and the groups move independently. The rest stands still.
  private static let groups = [0..<20, 20..<32, 32..<37]

  private static func grouped() -> [[Float]] {
    (0..<64).map { sound in
      (0..<count).map { place in
        guard let group = groups.firstIndex(where: { $0.contains(place) }) else { return 3 }
        // Walsh functions: exactly without mean and without correlation.
        let latent: Float = sound >> group & 1 == 0 ? 1 : -1
        return latent * sign(place) * Float(place + 1) + Float(100 - place)
      }
    }
  }

  private static func sign(_ place: Int) -> Float { place.isMultiple(of: 3) ? -1 : 1 }

  private struct Parts {
    let mean: [Float]
    let scale: [Float]
    let axes: [[Float]]
  }

  private func parts(_ model: EmbeddingModel) throws -> Parts {
    let path = folder.path.appending("model.safetensors")
    try model.write(to: path)
    let file = try SafeTensors(path)
    let projection = try file.tensor("projection")
    let count = projection.shape[1]
    return Parts(
      mean: try file.tensor("mean").values, scale: try file.tensor("scale").values,
      axes: (0..<projection.shape[0]).map {
        Array(projection.values[($0 * count)..<(($0 + 1) * count)])
      })
  }

  @Test("known axes are found, each divided by the power of its deviation", arguments: [0, 0.5, 1])
  func knownAxes(_ whitening: Double) throws {
    let model = try Self.training(dimension: 3, whitening: whitening)
      .fit(Self.grouped(), name: "known", card: ["a": 1])
    #expect((model.name, model.dimension) == ("known", 3))
    let parts = try parts(model)
    for place in 0..<Self.count {
      let moves = Self.groups.contains { $0.contains(place) }
      #expect(parts.mean[place] == (moves ? Float(100 - place) : 3))
      #expect(abs(parts.scale[place] - (moves ? 1 / Float(place + 1) : 0)) < 1e-6)
    }
    for (axis, group) in zip(parts.axes, Self.groups) {
      // The variance along a group's axis is its size: so many statistics of variance 1 as one.
      let size = Double(group.count)
      let expected = pow(size, -whitening / 2) / size.squareRoot()
      let turned: Double = axis[group.lowerBound] * Self.sign(group.lowerBound) > 0 ? 1 : -1
      for place in 0..<Self.count {
        let value = group.contains(place) ? turned * expected * Double(Self.sign(place)) : 0
        #expect(abs(Double(axis[place]) - value) < 1e-6)
      }
    }
  }

  @Test(
    "the axes are those of the plain definition on data without plan", arguments: [0.5, 0.8])
  func definition(_ whitening: Double) throws {
    let (sounds, dimension) = (90, 6)
    var random = SplitMix64(seed: 9)
    let mixing = (0..<Self.count * 8).map { _ in Double.random(in: -1...1, using: &random) }
    let rows: [[Float]] = (0..<sounds).map { _ in
      let latent = (0..<8).map { Double(9 - $0) * Double.random(in: -1...1, using: &random) }
      return (0..<Self.count).map { place in
        let sum = (0..<8).reduce(0.0) { $0 + mixing[place * 8 + $1] * latent[$1] }
        return Float(sum + Double.random(in: -1...1, using: &random))
      }
    }
    let weights = ["mel mean": 3.0, "chroma mean": 0.5, "tonnetz deviation": 0]
    let training = Self.training(dimension: dimension, whitening: whitening, weights: weights)
    let parts = try parts(try training.fit(rows, name: "plain", card: ["a": 1]))

    // Standardise and weigh by the plain definition.
    let weight = FeatureStatistics.parts(settings: Self.settings).flatMap { part in
      [Double](
        repeating: (weights[part.name] ?? 1) / Double(part.count).squareRoot(), count: part.count)
    }
    let columns = (0..<Self.count).map { place in rows.map { Double($0[place]) } }
    let standardised: [[Double]] = columns.enumerated().map { place, column in
      let mean = column.reduce(0, +) / Double(sounds)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sounds)
      #expect(abs(Double(parts.mean[place]) - mean) < 1e-5)
      let scale = weight[place] / variance.squareRoot()
      #expect(abs(Double(parts.scale[place]) - scale) < 1e-5)
      return column.map { ($0 - mean) * scale }
    }
    let covariance = standardised.map { left in
      standardised.map { right in
        zip(left, right).reduce(0.0) { $0 + $1.0 * $1.1 } / Double(sounds)
      }
    }
    // Each axis must be the direction of largest variance that is left, found by power iteration.
    var rest = covariance
    for axis in parts.axes {
      let (value, direction) = Self.largest(of: rest)
      let factor = pow(value, -whitening / 2)
      let along = zip(axis, direction).reduce(0.0) { $0 + Double($1.0) * $1.1 }
      let turned: Double = along < 0 ? -1 : 1
      for place in 0..<Self.count {
        #expect(abs(Double(axis[place]) - turned * factor * direction[place]) < 1e-4 * factor)
      }
      for row in 0..<Self.count {
        for column in 0..<Self.count {
          rest[row][column] -= value * direction[row] * direction[column]
        }
      }
    }
  }

  /// The largest eigenvalue and its vector, by repeated multiplication.
  private static func largest(of matrix: [[Double]]) -> (value: Double, vector: [Double]) {
    var vector = matrix.indices.map { 1 + Double($0 % 5) }
    var value = 0.0
    for _ in 0..<200 {
      let image = matrix.map { row in zip(row, vector).reduce(0.0) { $0 + $1.0 * $1.1 } }
      value = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vector = image.map { $0 / value }
    }
    return (value, vector)
  }

  @Test("as many sounds as dimensions are too few, one more is enough")
  func tooFew() throws {
    var random = SplitMix64(seed: 10)
    let rows = (0..<9).map { _ in
      (0..<Self.count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    let training = Self.training(dimension: 8)
    for count in [0, 1, 8] {
      let error = #expect(throws: TrainingError.self) {
        try training.fit(Array(rows.prefix(count)), name: "few", card: ["a": 1])
      }
      #expect(error?.code == .tooFewSounds(count, needed: 9))
    }
    #expect(try training.fit(rows, name: "enough", card: ["a": 1]).dimension == 8)
  }

  @Test("many copies of few sounds have no more directions than the few")
  func copies() throws {
    var random = SplitMix64(seed: 11)
    let few = (0..<4).map { _ in
      (0..<Self.count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    let rows = (0..<40).map { few[$0 % 4] }
    let error = #expect(throws: TrainingError.self) {
      try Self.training(dimension: 8).fit(rows, name: "copies", card: ["a": 1])
    }
    #expect(error?.code == .tooMuchAlike)
    #expect(
      try Self.training(dimension: 3).fit(rows, name: "copies", card: ["a": 1]).dimension == 3)
  }

  @Test("the same data give the same model, other data another")
  func deterministic() throws {
    let training = Self.training(dimension: 3)
    let model = try training.fit(Self.grouped(), name: "a", card: ["a": 1])
    let again = try training.fit(Self.grouped(), name: "b", card: ["a": 2])
    #expect(model.identity == again.identity)
    var other = Self.grouped()
    other[5][40] += 1
    #expect(try training.fit(other, name: "a", card: ["a": 1]).identity != model.identity)
  }

  @Test("the card is kept as JSON, names in order")
  func card() throws {
    struct Card: Encodable {
      let zebra = "☂ / \"quoted\""
      let data = ["first", "second"]
    }
    let model = try Self.training(dimension: 2).fit(Self.grouped(), name: "card", card: Card())
    #expect(model.card == #"{"data":["first","second"],"zebra":"☂ / \"quoted\""}"#)
    let path = folder.path.appending("card.safetensors")
    try model.write(to: path)
    #expect(try EmbeddingModel(path).card == model.card)
  }
}
