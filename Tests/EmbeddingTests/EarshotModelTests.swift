import FileAccess
import NeuralNetwork
import ParallelWork
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

@Suite("The model earshot")
struct EarshotModelTests {
  let folder = TemporaryFolder()

  /// Numbers drawn evenly from a range.
  private static func drawn(
    _ count: Int, seed: UInt64, _ range: ClosedRange<Float> = -1...1
  ) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: range, using: &random) }
  }

  /// Networks whose normalisation does something.
  private static func network(seed: UInt64 = 1) -> EarshotNetwork {
    let network = EarshotNetwork(seed: seed)
    for (number, (name, parameter)) in network.namedParameters.enumerated()
    where name.contains("norm") {
      let isPositive = name.hasSuffix("running_var") || name.hasSuffix("weight")
      parameter.value = Tensor(
        shape: parameter.value.shape,
        values: drawn(
          parameter.value.count, seed: UInt64(number), isPositive ? 0.5...1.5 : -0.5...0.5))
    }
    return network
  }

  private static func parts(seed: UInt64 = 1) -> EarshotParts {
    let settings = SpectrogramSettings()
    var halves: [EarshotHalf: EarshotParts.Half] = [:]
    for (number, half) in EarshotHalf.allCases.enumerated() {
      let count = half.statisticCount(settings)
      let seed = seed + 10 * UInt64(number)
      halves[half] = EarshotParts.Half(
        projection: StatisticsProjection(
          mean: drawn(count, seed: seed), scale: drawn(count, seed: seed + 1, 0...0.1),
          matrix: drawn(128 * count, seed: seed + 2)), share: half == .time ? 0.5 : 0.8,
        centre: drawn(128, seed: seed + 3, -0.05...0.05), map: drawn(128 * 128, seed: seed + 4))
    }
    return EarshotParts(
      network: network(seed: seed), halves: halves, profileMean: drawn(10, seed: seed + 50),
      profileDeviation: drawn(10, seed: seed + 51, 1...3))
  }

  private static func model(
    _ parts: EarshotParts = parts(), precision: StoredTensor.Precision = .float32
  ) -> EmbeddingModel {
    do {
      return try EmbeddingModel(
        earshot: parts, name: "random", settings: SpectrogramSettings(), card: ["data": "none"],
        precision: precision)
    } catch {
      preconditionFailure("a model that cannot be made: \(error)")
    }
  }

  /// Features of some seconds of a sound that is not the same everywhere.
  private static func features(seed: UInt64 = 3, count: Int = 100_000) -> SpectralFeatureSet {
    var random = SplitMix64(seed: seed)
    var level: Float = 0
    let samples = (0..<count).map { place in
      if place % 4_000 == 0 { level = Float.random(in: 0...1, using: &random) }
      return level * Float.random(in: -1...1, using: &random)
    }
    return SpectralAnalyzer(settings: SpectrogramSettings(), contents: EarshotInput.contents)
      .analyze(samples)
  }

  private static func unit(_ values: [Float], _ length: Float = 1) -> [Float] {
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 * length / norm }
  }

  @Test("takes as many statistics as its halves' parts hold")
  func counts() {
    let settings = SpectrogramSettings()
    #expect(EarshotHalf.time.statisticCount(settings) == 1_228)
    #expect(EarshotHalf.frequency.statisticCount(settings) == 895)
    #expect(EarshotInput.statisticCount(settings) == 2_123)
    #expect(EarshotInput(Self.features()).statistics.count == 2_123)
  }

  @Test("uses its networks as they were trained, layer by layer", arguments: EarshotHalf.allCases)
  func encoder(half: EarshotHalf) {
    let network = Self.network()
    let encoder = SequenceEncoder(half, of: network)
    let channels = half.convolutions[0].inputs
    for steps in [16, 17, 43, 128] {
      let values = Self.drawn(steps * channels, seed: UInt64(steps))
      let ours = encoder.encode(
        FeatureMatrix(frameCount: steps, binCount: channels, values: values))
      let theirs = network.encoder(of: half).forward(
        Tensor(shape: [1, steps, channels], values: values), training: false
      ).values
      let largest = theirs.map(abs).max() ?? 0
      #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-5 * largest }, "\(steps) steps")
    }
  }

  @Test("joins statistics and networks as it says")
  func definition() throws {
    let parts = Self.parts()
    let settings = SpectrogramSettings()
    let features = Self.features()
    let vector = Self.model(parts).embed(features)
    let input = EarshotInput(features)
    var expected: [Float] = []
    for half in EarshotHalf.allCases {
      let part = try #require(parts.halves[half])
      let statistics = half.parts.flatMap {
        input.statistics[EarshotInput.range(of: $0.part, settings)]
      }
      let standard = statistics.indices.map {
        (statistics[$0] - part.projection.mean[$0]) * part.projection.scale[$0]
      }
      let projected = (0..<128).map { row in
        standard.indices.reduce(Float(0)) {
          $0 + part.projection.matrix[row * standard.count + $1] * standard[$1]
        }
      }
      var sequence: [Float] = []
      if half == .time {
        let pairs = input.pairs
        for pair in 0..<pairs.frameCount {
          for band in 0..<128 {
            let mean =
              (0..<pairs.frameCount).reduce(0.0) { $0 + Double(pairs[$1, band]) }
              / Double(pairs.frameCount)
            sequence.append((pairs[pair, band] - Float(mean)) / 10)
          }
        }
      } else {
        for band in 0..<128 {
          for (channel, profile) in EarshotHalf.profiles.enumerated() {
            let values = input.statistics[EarshotInput.range(of: profile, settings)]
            sequence.append(
              (values[values.startIndex + band] - parts.profileMean[channel])
                / parts.profileDeviation[channel])
          }
        }
      }
      let channels = half.convolutions[0].inputs
      let encoded = Self.unit(
        parts.network.encoder(of: half).forward(
          Tensor(shape: [1, sequence.count / channels, channels], values: sequence),
          training: false
        ).values)
      let joined = Self.unit(zip(Self.unit(projected), encoded).map { $0 + part.share * $1 })
      let away = zip(joined, part.centre).map { $0 - $1 }
      expected += Self.unit(
        (0..<128).map { row in
          away.indices.reduce(Float(0)) { $0 + part.map[row * 128 + $1] * away[$1] }
        }, (0.5 as Float).squareRoot())
    }
    #expect(zip(vector, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("that was written is the same model when read, and draws the same pictures")
  func roundTrip() throws {
    let model = Self.model(precision: .float16)
    let path = folder.path.appending("model.safetensors")
    try model.write(to: path)
    let read = try EmbeddingModel(path)
    try read.verify(path)
    #expect(read.identity == model.identity)
    #expect((read.dimension, read.name) == (256, "random"))
    #expect(read.halves.map(\.axis) == [.time, .frequency])
    let features = Self.features()
    let vector = read.embed(features)
    #expect(vector == model.embed(features))
    for half in read.halves {
      #expect(abs(vector[half.range].reduce(0) { $0 + $1 * $1 } - 0.5) < 1e-5)
    }
    let drawer = try #require(try ModelDrawer(read))
    let picture = try #require(drawer.draw(vector: vector)).reconstruction
    #expect(picture.count == 128 * 128 && picture.allSatisfy { (0...1).contains($0) })
    #expect(try ModelDrawer(model)?.draw(vector: vector)?.reconstruction == picture)
    let drawing = drawer.draw(features)
    #expect(drawing.reconstruction == drawer.draw(features, vector: vector).reconstruction)
    let original = try #require(drawing.original)
    let error =
      zip(original, drawing.reconstruction).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      / Float(original.count)
    #expect(abs(drawing.meanSquaredError - error) < 1e-6 && error > 0)
    #expect(Set(picture).count > 100)
  }

  @Test("changes its vectors by less than a thousandth when its weights have 16 bits")
  func halfPrecision() {
    let features = Self.features()
    let parts = Self.parts()
    let (whole, half) = (
      Self.model(parts).embed(features), Self.model(parts, precision: .float16).embed(features)
    )
    #expect(zip(whole, half).reduce(0) { $0 + $1.0 * $1.1 } > 0.999)
  }

  @Test("is refused where its numbers are too large for 16 bits")
  func tooLarge() throws {
    var parts = Self.parts()
    parts.halves[.time]?.map[7] = 70_000
    func make(_ precision: StoredTensor.Precision) throws -> EmbeddingModel {
      try EmbeddingModel(
        earshot: parts, name: "grown", settings: SpectrogramSettings(), card: ["data": "none"],
        precision: precision)
    }
    #expect(try make(.float32).dimension == 256)
    #expect(
      throws: ModelError(
        code: .tooLargeNumbers(tensor: "time.final.map", .float16), path: FilePath("grown"))
    ) { try make(.float16) }
  }

  @Test("gives one vector, whatever number of threads ask")
  func threads() {
    let model = Self.model()
    let features = (0..<4).map { Self.features(seed: $0, count: 40_000) }
    let alone = features.map { model.embed($0) }
    var together: [[Float]] = []
    ParallelWork.run(
      Array(features.indices), width: 3, ordered: true, work: { model.embed(features[$0]) },
      receive: { _, vector in
        together.append(vector)
        return true
      })
    #expect(together == alone)
  }

  @Test("gives silence, a click and a blink a vector too")
  func extremes() {
    let model = Self.model()
    let analyzer = SpectralAnalyzer(
      settings: SpectrogramSettings(), contents: EarshotInput.contents)
    var click = [Float](repeating: 0, count: 30_000)
    click[10_000] = 1
    for samples in [
      [], [Float](repeating: 0, count: 66_150), click, [Float](repeating: 0.5, count: 9),
    ] {
      let vector = model.embed(analyzer.analyze(samples))
      #expect(vector.allSatisfy { $0.isFinite })
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
    }
  }

  @Test("is refused where a tensor is missing, of another shape, or too many")
  func damage() throws {
    let model = Self.model()
    for (place, entry) in model.file.tensors.enumerated() where place % 5 == 0 {
      var fewer = model.file.tensors
      fewer.remove(at: place)
      var other = model.file.tensors
      other[place].tensor = StoredTensor(shape: [3], values: [1, 2, 3])
      for tensors in [fewer, other] {
        let file = ModelFile(
          formatVersion: 2, architecture: "earshot", name: "x", settings: model.file.settings,
          card: "{}", tensors: tensors)
        let error = #expect(throws: ModelError.self) {
          try EmbeddingModel(file, path: FilePath("x"))
        }
        #expect(error?.code == .wrongTensor(entry.name))
      }
    }
    for settings in [
      "{}", "[]",
      model.file.settings.replacing("\"earshotVersion\":1", with: "\"earshotVersion\":2"),
      model.file.settings.replacing("\"melBandCount\":128", with: "\"melBandCount\":64"),
      model.file.settings.replacing("\"timeShare\":0.5", with: "\"timeShare\":-1"),
    ] {
      let file = ModelFile(
        formatVersion: 2, architecture: "earshot", name: "x", settings: settings, card: "{}",
        tensors: model.file.tensors)
      #expect(throws: ModelError(code: .notAModel, path: FilePath("x"))) {
        try EmbeddingModel(file, path: FilePath("x"))
      }
    }
    let more = ModelFile(
      formatVersion: 2, architecture: "earshot", name: "x", settings: model.file.settings,
      card: "{}",
      tensors: model.file.tensors + [("more", StoredTensor(shape: [1], values: [1]))])
    #expect(throws: ModelError(code: .notAModel, path: FilePath("x"))) {
      try EmbeddingModel(more, path: FilePath("x"))
    }
  }

  @Test("is refused by the head of its file alone where that cannot be one")
  func forgedFile() throws {
    let model = Self.model()
    let folder = TemporaryFolder()
    func written(_ settings: String, _ tensors: ModelFile.NamedTensors) throws -> FilePath {
      let path = folder.path.appending("forged.safetensors")
      try ModelFile(
        formatVersion: 2, architecture: "earshot", name: "x", settings: settings, card: "{}",
        tensors: tensors
      ).write(to: path)
      return path
    }
    let whole = try written(model.file.settings, model.file.tensors)
    #expect(try EmbeddingModel(whole).identity == model.identity)
    var wrong = model.file.tensors
    let name = "time.statistics.projection"
    let place = try #require(wrong.firstIndex { $0.name == name })
    wrong[place].tensor = StoredTensor(shape: [128, 3], values: .init(repeating: 1, count: 384))
    let misshapen = try written(model.file.settings, wrong)
    #expect(throws: ModelError(code: .wrongTensor(name), path: misshapen)) {
      try EmbeddingModel(misshapen)
    }
    let strange = try written(
      model.file.settings.replacing("\"sampleRate\":22050", with: "\"sampleRate\":1e300"),
      model.file.tensors)
    #expect(throws: ModelError(code: .notAModel, path: strange)) { try EmbeddingModel(strange) }
  }

  @Test("gives finite vectors with the largest numbers that a file may hold")
  func overflow() {
    var parts = Self.parts()
    for half in EarshotHalf.allCases {
      guard let part = parts.halves[half] else { continue }
      let count = part.projection.mean.count
      parts.halves[half]?.projection = StatisticsProjection(
        mean: part.projection.mean, scale: [Float](repeating: 1e12, count: count),
        matrix: [Float](repeating: 1e12, count: 128 * count))
    }
    for (_, parameter) in parts.network.namedParameters {
      parameter.value = Tensor(repeating: 1e12, shape: parameter.value.shape)
    }
    let vector = Self.model(parts).embed(Self.features(count: 30_000))
    #expect(vector.allSatisfy { $0.isFinite })
  }
}

@Suite("What the model earshot sees")
struct EarshotInputTests {
  @Test("frames are taken two by two, one left over is left out")
  func pairs() {
    let five = FeatureMatrix(frameCount: 5, binCount: 2, values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(EarshotInput.pairs(of: five).values == [1, 2, 5, 6])
    let one = FeatureMatrix(frameCount: 1, binCount: 2, values: [3, 4])
    #expect(EarshotInput.pairs(of: one).values == [3, 4])
  }

  @Test("a short excerpt is repeated until the time network has enough of it")
  func movement() {
    let pairs = FeatureMatrix(
      frameCount: 3, binCount: 2, values: [-10, -60, -20, -60, -30, -60])
    let movement = EarshotInput.movement(of: pairs)
    #expect(movement.frameCount == 18)
    #expect(Array(movement.values.prefix(6)) == [1, 0, 0, 0, -1, 0])
    #expect(Array(movement.values[6..<12]) == Array(movement.values.prefix(6)))
  }

  @Test("a picture has the highest band on top and the mean of its time in each column")
  func picture() {
    var long = FeatureMatrix(frameCount: 256, binCount: 128, repeating: -80)
    long[0, 0] = 0
    long[1, 0] = -40
    long[255, 127] = -20
    let pixels = EarshotPicture.pixels(of: long)
    #expect(abs(pixels[127 * 128] - 0.75) < 1e-6)
    #expect(abs(pixels[127] - 0.375) < 1e-6)
    #expect(pixels.filter { $0 != 0 }.count == 2)
    let short = FeatureMatrix(frameCount: 1, binCount: 128, repeating: -20)
    #expect(EarshotPicture.pixels(of: short).allSatisfy { $0 == 0.75 })
  }
}
