import FileAccess
import NeuralNetwork
import ParallelWork
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

@Suite("Models of networks")
struct NetworkModelTests {
  let folder = TemporaryFolder()

  private static func standardisation(
    _ dimension: Int, whitening: [[Float]] = []
  ) -> EmbeddingModel.Standardisation {
    EmbeddingModel.Standardisation(
      mean: (0..<dimension).map { Float($0 % 7) / 100 },
      deviation: (0..<dimension).map { 1 + Float($0 % 5) / 4 }, whitening: whitening)
  }

  private static func model(
    _ architecture: NetworkArchitecture, seed: UInt64 = 1, tileCount: Int = 4,
    card: [String: String] = ["data": "none"], name: String = "random",
    whitening: [[Float]] = [], precision: StoredTensor.Precision = .float32
  ) -> EmbeddingModel {
    // Without decoder: drawing its weights takes long.
    var generator = SeededGenerator(seed: seed)
    do {
      return try EmbeddingModel(
        network: EmbeddingNetwork(architecture, withDecoder: false, weights: &generator),
        name: name,
        tileCount: tileCount,
        standardisation: standardisation(architecture.dimension, whitening: whitening), card: card,
        precision: precision)
    } catch {
      preconditionFailure("a model that cannot be made: \(error)")
    }
  }

  /// Features of some seconds of a sound that is not the same everywhere.
  private static func features(_ model: EmbeddingModel, count: Int = 200_000) -> SpectralFeatureSet
  {
    var random = SplitMix64(seed: 3)
    var level: Float = 0
    let samples = (0..<count).map { place in
      if place % 4_000 == 0 { level = Float.random(in: 0...1, using: &random) }
      return level * Float.random(in: -1...1, using: &random)
    }
    return SpectralAnalyzer(settings: model.settings, contents: model.contents).analyze(samples)
  }

  private static func square(_ values: some Sequence<Float>) -> Float {
    values.reduce(0) { $0 + $1 * $1 }
  }

  @Test("a model that was written is the same model when read, and gives the same vectors")
  func roundTrip() throws {
    let model = Self.model(.timeFrequencyAutoencoder)
    let path = folder.path.appending("model.safetensors")
    try model.write(to: path)
    let read = try EmbeddingModel(path)
    try read.verify(path)
    #expect(read.identity == model.identity)
    #expect((read.name, read.card, read.dimension) == ("random", #"{"data":"none"}"#, 256))
    #expect(read.halves == model.halves)
    let features = Self.features(model)
    #expect(read.embed(features) == model.embed(features))
    let before = try ReadableFile(path).contents(limit: 1 << 24)
    try read.write(to: path)
    #expect(try ReadableFile(path).contents(limit: 1 << 24) == before)
    let head = try ModelHead(path)
    #expect(head.identity == model.identity)
    #expect(head.halves == model.halves)
    #expect(head.architecture == "time-frequency-autoencoder")
  }

  @Test("each half of a vector has half of its square length; whole vectors have length 1")
  func lengths() {
    let model = Self.model(.timeFrequencyAutoencoder)
    #expect(
      model.halves == [
        VectorHalf(axis: .frequency, range: 0..<128), VectorHalf(axis: .time, range: 128..<256),
      ])
    let vector = model.embed(Self.features(model))
    for half in model.halves { #expect(abs(Self.square(vector[half.range]) - 0.5) < 1e-5) }
    let whole = Self.model(.contrastiveCNN)
    #expect(whole.halves.isEmpty)
    let other = whole.embed(Self.features(whole))
    #expect(other.count == 128)
    #expect(abs(Self.square(other) - 1) < 1e-5)
  }

  @Test("the vector is the mean over the tiles, standardised, whitened and normalised")
  func definition() throws {
    // Whitening that only turns the order of a half round and doubles one number.
    let matrix = (0..<128).flatMap { row in
      (0..<128).map { $0 == 127 - row ? (row == 5 ? Float(2) : 1) : 0 }
    }
    let model = Self.model(.timeFrequencyAutoencoder, whitening: [matrix, matrix])
    let features = Self.features(model)
    let image = MelImage(melDecibels: try #require(features.melDecibels))
    let network = try #require(try model.network(withDecoder: false))
    let starts = Tiling.starts(columnCount: image.columnCount, tileCount: 4)
    let tiles = starts.map { start in
      (0..<128).flatMap { row in (0..<128).map { image[row, start + $0] } }
    }
    var mean = [Float](repeating: 0, count: 256)
    for tile in tiles {
      let vector = network.encoder.forward(
        Tensor(shape: [1, 128, 128], values: tile), training: false)
      for (place, value) in vector.values.enumerated() { mean[place] += value }
    }
    let parameters = Self.standardisation(256)
    let standard = (0..<256).map {
      (mean[$0] / Float(tiles.count) - parameters.mean[$0]) / parameters.deviation[$0]
    }
    var expected: [Float] = []
    for start in [0, 128] {
      var half = Array(standard[start..<(start + 128)].reversed())
      half[5] *= 2
      let length = Self.square(half).squareRoot()
      expected += half.map { $0 / length / Float(2).squareRoot() }
    }
    let vector = model.embed(features)
    let error = Self.square(zip(vector, expected).map { $0 - $1 }).squareRoot()
    #expect(error < 1e-5)
  }

  @Test("tiles are spread evenly from the first to the last column")
  func tiling() {
    #expect(Tiling.starts(columnCount: 512, tileCount: 4) == [0, 128, 256, 384])
    #expect(Tiling.starts(columnCount: 512, tileCount: 8) == [0, 55, 110, 165, 219, 274, 329, 384])
    #expect(Tiling.starts(columnCount: 512, tileCount: 2) == [0, 384])
    #expect(Tiling.starts(columnCount: 128, tileCount: 8) == [0])
    #expect(Tiling.starts(columnCount: 129, tileCount: 2) == [0, 1])
    #expect(Tiling.starts(columnCount: 896, tileCount: 4).count == 7)
    for columns in 128..<1_500 {
      let starts = Tiling.starts(columnCount: columns, tileCount: 7)
      #expect(starts[0] == 0 && starts[starts.count - 1] == columns - 128)
    }
  }

  @Test("vectors are the same from one thread and from many at once, and with threads inside")
  func threads() async throws {
    let model = Self.model(.timeFrequencyAutoencoder)
    let features = Self.features(model)
    let expected = model.embed(features)
    await withTaskGroup(of: [Float].self) { group in
      for _ in 0..<4 { group.addTask { model.embed(features) } }
      for await vector in group { #expect(vector == expected) }
    }
    #expect(ComputeThreads.$count.withValue(2) { model.embed(features) } == expected)
  }

  @Test("the identity follows from weights, settings and standardisation, not from name and card")
  func identity() {
    let model = Self.model(.contrastiveCNN)
    #expect(Self.model(.contrastiveCNN, card: ["a": "b"], name: "other").identity == model.identity)
    let whitening = [(0..<(128 * 128)).map { $0 % 129 == 0 ? Float(1) : 0 }]
    let others = [
      Self.model(.contrastiveCNN, seed: 2), Self.model(.contrastiveCNN, tileCount: 5),
      Self.model(.contrastiveCNN, whitening: whitening),
      Self.model(.contrastiveCNN, precision: .float16),
    ]
    #expect(Set(others.map(\.identity) + [model.identity]).count == others.count + 1)
  }

  @Test("a decoder is kept in the file, changes no identity and is read when asked for")
  func decoder() throws {
    let network = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 5)
    let path = folder.path.appending("model.safetensors")
    let model = try EmbeddingModel(
      network: network, name: "whole", tileCount: 4,
      standardisation: Self.standardisation(256), card: ["data": "none"], precision: .bfloat16)
    try model.write(to: path)
    let names = try SafeTensors(path).names
    let first = try #require(names.firstIndex { $0.hasPrefix("decoder.") })
    #expect(names[first...].allSatisfy { $0.hasPrefix("decoder.") })
    #expect(names[..<first].contains("standardisation.deviation"))
    let read = try EmbeddingModel(path)
    let again = try #require(try read.network(withDecoder: true))
    let small = try #require(network.decoder?.parameters.last)
    #expect(again.decoder?.parameters.last?.value.values == small.value.values)
    #expect(try read.network(withDecoder: false)?.decoder == nil)
    let matrix = try #require(network.decoder?.parameters.first).value.values
    let stored = try #require(again.decoder?.parameters.first).value.values
    #expect(zip(matrix, stored).allSatisfy { abs($0 - $1) <= abs($0) / 256 })
    // A damaged decoder does not keep the vectors from being made, but is found when it is read.
    var bytes = try ReadableFile(path).contents(limit: 1 << 26)
    bytes[bytes.count - 1] ^= 1
    let damaged = try folder.write(bytes, as: "damaged.safetensors")
    let still = try EmbeddingModel(damaged)
    #expect(still.identity == model.identity)
    #expect(throws: ModelError(code: .damaged, path: damaged)) {
      try still.network(withDecoder: true)
    }
  }

  @Test("numbers that a model cannot have, or that are too large for 16 bits, are refused by name")
  func tooLarge() throws {
    let network = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 5)
    func refusal(
      _ name: String, _ number: Float, _ precision: StoredTensor.Precision
    ) throws -> ModelError.Code? {
      let parameter = try #require(network.namedParameters.first { $0.name == name }?.parameter)
      let before = parameter.value
      defer { parameter.value = before }
      parameter.value.withMutableNumbers { $0[3] = number }
      do throws(ModelError) {
        _ = try EmbeddingModel(
          network: network, name: "grown", tileCount: 4,
          standardisation: Self.standardisation(256), card: ["data": "none"], precision: precision)
        return nil
      } catch {
        #expect(error.path == FilePath("grown"))
        return error.code
      }
    }
    let names = network.namedParameters.filter { $0.parameter.value.shape.count > 1 }.map(\.name)
    let (encoder, decoder) = (try #require(names.first), try #require(names.last))
    #expect(decoder.hasPrefix("decoder."))
    #expect(try refusal(decoder, 65_504, .float16) == nil)
    #expect(try refusal(encoder, -66_000, .float32) == nil)
    for name in [encoder, decoder] {
      #expect(
        try refusal(name, 66_000, .float16) == .tooLargeNumbers(tensor: name, .float16))
    }
    #expect(try refusal(encoder, .nan, .float32) == .tooLargeNumbers(tensor: encoder, .float32))
    #expect(try refusal(decoder, 2e12, .bfloat16) == .tooLargeNumbers(tensor: decoder, .bfloat16))
  }

  @Test("weights of 16 bits change vectors by less than 1e-3 in cosine")
  func halfPrecision() {
    let full = Self.model(.timeFrequencyAutoencoder)
    let features = Self.features(full)
    let vector = full.embed(features)
    let limits: [(StoredTensor.Precision, Float)] = [(.float16, 1e-5), (.bfloat16, 1e-3)]
    for (precision, limit) in limits {
      let stored = Self.model(.timeFrequencyAutoencoder, precision: precision).embed(features)
      let cosine = zip(vector, stored).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(1 - cosine < limit)
      #expect(stored != vector)
    }
  }

  /// A model file with other tensors or settings, its checksum right.
  private func rebuilt(
    _ model: EmbeddingModel,
    settings: (String) -> String = { $0 },
    tensors change: (inout ModelFile.NamedTensors) -> Void = { _ in }
  ) throws -> FilePath {
    var tensors = model.file.tensors
    change(&tensors)
    let path = folder.path.appending("rebuilt.safetensors")
    try ModelFile(
      formatVersion: 2, architecture: model.file.architecture, name: model.name,
      settings: settings(model.file.settings), card: "{}", tensors: tensors
    ).write(to: path)
    return path
  }

  @Test("a missing tensor, one of another shape and one with impossible numbers are named")
  func tensors() throws {
    let model = Self.model(.contrastiveCNN)
    let wrong: [(String, StoredTensor?)] = [
      ("encoder.conv2.weight", nil), ("standardisation.mean", nil),
      (
        "standardisation.deviation",
        StoredTensor(shape: [127], values: [Float](repeating: 1, count: 127))
      ),
      (
        "standardisation.deviation",
        StoredTensor(shape: [128], values: [Float](repeating: 0, count: 128))
      ),
      (
        "standardisation.mean",
        StoredTensor(shape: [128], values: [Float](repeating: .nan, count: 128))
      ),
      (
        "encoder.conv1.weight",
        StoredTensor(shape: [288], values: [Float](repeating: 0, count: 288))
      ),
      (
        "encoder.conv1.bias", StoredTensor(shape: [32], values: [Float](repeating: .nan, count: 32))
      ),
      (
        "encoder.conv1.bias", StoredTensor(shape: [32], values: [Float](repeating: 1e13, count: 32))
      ),
      (
        "encoder.norm1.running_var",
        StoredTensor(shape: [32], values: [Float](repeating: -1, count: 32))
      ),
      (
        "encoder.norm1.running_var",
        StoredTensor(shape: [32], values: [Float](repeating: .infinity, count: 32))
      ),
    ]
    for (name, tensor) in wrong {
      let path = try rebuilt(
        model,
        tensors: { tensors in
          tensors = tensors.compactMap { entry in
            entry.name == name ? tensor.map { (name, $0) } : entry
          }
        })
      #expect(throws: ModelError(code: .wrongTensor(name), path: path)) {
        try EmbeddingModel(path)
      }
    }
    let extra = try rebuilt(
      model, tensors: { $0.append(("encoder.extra", StoredTensor(shape: [1], values: [1]))) })
    #expect(throws: ModelError(code: .notAModel, path: extra)) { try EmbeddingModel(extra) }
  }

  @Test(
    "settings that nothing can be computed with are refused",
    arguments: [
      (#""tileCount":4"#, #""tileCount":1"#), (#""tileCount":4"#, #""tileCount":513"#),
      (#""tileCount":4"#, #""tileCount":-9223372036854775808"#),
      (#""imageVersion":1"#, #""imageVersion":2"#),
      (#""sampleRate":22050"#, #""sampleRate":0"#),
      (#""melBandCount":128"#, #""melBandCount":64"#),
      (#""hopLength":512"#, #""hopLength":0"#),
      (#""maximumFrequency":8000"#, #""maximumFrequency":12000"#),
      (#""time":[128,256]"#, #""time":[128,257]"#), (#""time":[128,256]"#, #""time":[128]"#),
      (#""time":[128,256]"#, #""time":[127,256]"#), (#""time":[128,256]"#, #""time":[256,128]"#),
      (#""time":[128,256]"#, #""pitch":[128,256]"#), (#","time":[128,256]"#, ""),
      (#""frequency":[0,128]"#, #""frequency":[-1,128]"#),
    ])
  func settings(_ old: String, new: String) throws {
    let path = try rebuilt(
      Self.model(.timeFrequencyAutoencoder),
      settings: { text in
        let changed = text.split(separator: old, omittingEmptySubsequences: false)
          .joined(separator: new)
        #expect(changed != text)
        return changed
      })
    #expect(throws: ModelError(code: .notAModel, path: path)) { try EmbeddingModel(path) }
  }

  @Test("a network whose numbers overflow still gives a unit vector, not a crash")
  func overflow() throws {
    let path = try rebuilt(
      Self.model(.contrastiveCNN),
      tensors: { tensors in
        tensors = tensors.map { entry in
          guard entry.name.hasSuffix(".weight") else { return entry }
          let count = entry.tensor.count
          return (
            entry.name,
            StoredTensor(shape: entry.tensor.shape, values: [Float](repeating: 1e12, count: count))
          )
        }
      })
    let model = try EmbeddingModel(path)
    let vector = model.embed(Self.features(model, count: 60_000))
    #expect(Self.square(vector) == 1)
  }

  @Test("200 seeded damages are each found, or change nothing that matters")
  func damages() throws {
    let model = Self.model(.contrastiveCNN, precision: .bfloat16)
    let whole = try {
      let path = folder.path.appending("whole.safetensors")
      try model.write(to: path)
      return try ReadableFile(path).contents(limit: 1 << 24)
    }()
    let headEnd = 8 + Int(whole[0]) + 256 * Int(whole[1])
    var random = SplitMix64(seed: 200)
    var refused = 0
    for number in 0..<200 {
      var bytes = whole
      switch number % 4 {
      case 0: bytes.removeLast(Int.random(in: 1...whole.count, using: &random))
      case 1:
        bytes[Int.random(in: headEnd..<bytes.count, using: &random)] ^= 1 << UInt8(number / 4 % 8)
      case 2:
        bytes[Int.random(in: 0..<headEnd, using: &random)] =
          [0x2D, 0x39, 0x30, 0x22, 0x7B, 0x7D, 0x2C, 0xFF, 0x00].randomElement(using: &random) ?? 0
      default:
        let place = Int.random(in: bytes.indices, using: &random)
        bytes.removeSubrange(
          place..<min(bytes.count, place + Int.random(in: 1...64, using: &random)))
      }
      let path = try folder.write(bytes, as: "damaged.safetensors")
      do throws(ModelError) {
        let read = try EmbeddingModel(path)
        try read.verify(path)
        #expect(read.identity == model.identity, "damage \(number)")
        #expect(bytes.suffix(whole.count - headEnd) == whole[headEnd...], "damage \(number)")
      } catch {
        #expect(error.path == path)
        refused += 1
      }
    }
    #expect(refused > 180)
  }
}
