import FileAccess
import Foundation
import Hashing
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

@Suite("Model files")
struct ModelFileTests {
  let folder = TemporaryFolder()

  /// The fixture with other texts in its head.
  private func altered(_ change: (inout [String: String]) -> Void) throws -> FilePath {
    let file = try SafeTensors(Models.format1)
    var metadata = file.metadata
    change(&metadata)
    let path = folder.path.appending("altered.safetensors")
    try SafeTensors.write(
      file.names.map { ($0, try file.tensor($0)) }, metadata: metadata, to: path)
    return path
  }

  /// The fixture with other tensors and a checksum that agrees with them.
  private func rebuilt(
    _ change: (inout [(name: String, tensor: StoredTensor)]) -> Void
  ) throws -> FilePath {
    let file = try ModelFile(Models.format1)
    var tensors = file.tensors
    change(&tensors)
    let path = folder.path.appending("rebuilt.safetensors")
    try ModelFile(
      formatVersion: 1, architecture: file.architecture, name: file.name, settings: file.settings,
      card: file.card,
      tensors: tensors
    ).write(to: path)
    return path
  }

  @Test("a model of format version 1, written by another program, loads for ever")
  func format1() throws {
    let model = try EmbeddingModel(Models.format1)
    #expect(model.name == "tiny")
    #expect(model.dimension == 3)
    #expect(model.settings == Models.settings)
    #expect(model.card == #"{"data":"none"}"#)
    // SHA-256 as Python's hashlib computed it.
    let identity = "19a8c4afd4b6007b12961f1378f59583100511af2da95d4909268651e887c1ab"
    #expect(model.identity.hexadecimal == identity)
    try model.verify(Models.format1)
  }

  @Test("the same parts make the same identity here as in the other program")
  func sameIdentity() throws {
    let other = try EmbeddingModel(Models.format1)
    #expect(Models.make().identity == other.identity)
  }

  @Test("what can be no model by its head is refused before its numbers are read")
  func head() throws {
    // A wrong checksum would be found by reading.
    let unread = { (metadata: inout [String: String]) in metadata["checksum"] = "0" }
    func code(_ path: FilePath) -> ModelError.Code? {
      do throws(ModelError) {
        _ = try EmbeddingModel(path)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code(try altered(unread)) == .damaged)
    let architectures: [(String, ModelError.Code)] = [
      ("x", .unknownArchitecture("x")), ("contrastive-cnn", .notAModel),
    ]
    for (architecture, expected) in architectures {
      let path = try altered {
        unread(&$0)
        $0["architecture"] = architecture
      }
      #expect(code(path) == expected)
    }
    let file = try SafeTensors(Models.format1)
    func changed(_ tensors: [(name: String, tensor: StoredTensor)]) throws -> FilePath {
      var metadata = file.metadata
      unread(&metadata)
      let path = folder.path.appending("changed.safetensors")
      try SafeTensors.write(tensors, metadata: metadata, to: path)
      return path
    }
    let tensors = try file.names.map { (name: $0, tensor: try file.tensor($0)) }
    let one = StoredTensor(shape: [1], values: [1])
    #expect(code(try changed(tensors + [(name: "more", tensor: one)])) == .notAModel)
    for place in tensors.indices {
      var other = tensors
      other[place].tensor = one
      #expect(code(try changed(other)) == .wrongTensor(tensors[place].name))
      other.remove(at: place)
      #expect(code(try changed(other)) == .wrongTensor(tensors[place].name))
    }
  }

  @Test("so are networks with tensors that are missing, of another shape or too many")
  func networkHead() throws {
    let path = folder.path.appending("network.safetensors")
    let count = NetworkArchitecture.contrastiveCNN.dimension
    try EmbeddingModel(
      network: EmbeddingNetwork(.contrastiveCNN, seed: 1), name: "network", tileCount: 2,
      standardisation: .init(
        mean: [Float](repeating: 0, count: count), deviation: [Float](repeating: 1, count: count)),
      card: [String: String]()
    ).write(to: path)
    let file = try SafeTensors(path)
    var metadata = file.metadata
    metadata["checksum"] = "0"
    let tensors = try file.names.map { (name: $0, tensor: try file.tensor($0)) }
    let one = StoredTensor(shape: [1], values: [1])
    func check(_ change: (inout [(name: String, tensor: StoredTensor)]) -> Void) throws
      -> ModelError.Code?
    {
      var other = tensors
      change(&other)
      try SafeTensors.write(other, metadata: metadata, to: path)
      do throws(ModelError) {
        _ = try EmbeddingModel(path)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(try check { _ in } == .damaged)
    #expect(try check { $0.append((name: "more", tensor: one)) } == .notAModel)
    #expect(try check { $0[3].tensor = one } == .wrongTensor(tensors[3].name))
    #expect(try check { $0.remove(at: 5) } == .wrongTensor(tensors[5].name))
    #expect(
      try check { $0.append((name: "whitening", tensor: one)) } == .wrongTensor("whitening"))
  }

  @Test("a model that was written is the same model when read")
  func roundTrip() throws {
    let model = Models.make()
    let path = folder.path.appending("model.safetensors")
    try model.write(to: path)
    let read = try EmbeddingModel(path)
    try read.verify(path)
    #expect(read.identity == model.identity)
    #expect((read.name, read.card) == (model.name, model.card))
    #expect((read.dimension, read.settings) == (model.dimension, model.settings))
    let before = try ReadableFile(path).contents(limit: 1 << 16)
    try read.write(to: path)
    #expect(try ReadableFile(path).contents(limit: 1 << 16) == before)
  }

  @Test("the identity changes with everything that determines the vectors")
  func identityChanges() throws {
    var settings = Models.settings
    settings.hopLength = 256
    let file = try ModelFile(Models.format1)
    let tensors = file.tensors
    let other = {
      (architecture: String, text: String, tensors: [(name: String, tensor: StoredTensor)]) in
      ModelFile.identity(
        formatVersion: 1, architecture: architecture, settings: text, tensors: tensors)
    }
    let renamed = tensors.map { (name: $0.name == "scale" ? "scales" : $0.name, tensor: $0.tensor) }
    let reshaped = tensors.map {
      (name: $0.name, tensor: StoredTensor(shape: [1] + $0.tensor.shape, values: $0.tensor.values))
    }
    let identities = [
      file.identity,
      Models.make { mean, _, _ in mean[3] = mean[3].nextUp }.identity,
      Models.make { _, scale, _ in scale[66] = -scale[66] }.identity,
      Models.make { _, _, projection in projection[200] += 1 }.identity,
      Models.make(settings: settings).identity,
      Models.make(dimension: 2).identity,
      other("another", file.settings, tensors),
      other(file.architecture, file.settings + " ", tensors),
      other(file.architecture, file.settings, renamed),
      other(file.architecture, file.settings, reshaped),
      other(file.architecture, file.settings, tensors.reversed()),
    ]
    #expect(Set(identities).count == identities.count)
  }

  @Test("the identity does not change with the card or the model's own name")
  func identityStays() {
    let identity = Models.make().identity
    #expect(Models.make(card: ["data": "a corpus", "licence": "CC BY"]).identity == identity)
    #expect(Models.make(name: "another name").identity == identity)
  }

  @Test("a changed number is found when the file is loaded")
  func damagedNumber() throws {
    var bytes = try ReadableFile(Models.format1).contents(limit: 1 << 16)
    bytes[bytes.count - 5] ^= 1
    let path = try folder.write(bytes, as: "model.safetensors")
    #expect(throws: ModelError(code: .damaged, path: path)) { try EmbeddingModel(path) }
  }

  @Test("changed settings are found by the identity")
  func changedSettings() throws {
    let path = try altered { metadata in
      metadata["settings"] = metadata["settings"]?.split(separator: "512").joined(separator: "256")
    }
    let model = try EmbeddingModel(path)
    #expect(model.settings.hopLength == 256)
    #expect(throws: ModelError(code: .damaged, path: path)) { try model.verify(path) }
  }

  @Test("a safetensors file of somebody else is no model")
  func foreign() throws {
    let path = folder.path.appending("foreign.safetensors")
    try SafeTensors.write(
      [("weight", StoredTensor(shape: [2], values: [1, 2]))], metadata: ["format": "pt"], to: path)
    #expect(throws: ModelError(code: .notAModel, path: path)) { try EmbeddingModel(path) }
  }

  @Test("a newer format is named, not guessed at")
  func newer() throws {
    let path = try altered { $0["format_version"] = "3" }
    #expect(throws: ModelError(code: .newerFormat(3), path: path)) { try EmbeddingModel(path) }
  }

  @Test("an architecture that is not known is named")
  func architecture() throws {
    let path = try altered { $0["architecture"] = "resnet" }
    #expect(throws: ModelError(code: .unknownArchitecture("resnet"), path: path)) {
      try EmbeddingModel(path)
    }
  }

  @Test(
    "a model without what a model needs is none",
    arguments: [
      ("format", nil), ("format_version", nil), ("format_version", "one"), ("format_version", "0"),
      ("format_version", "-1"), ("architecture", nil), ("name", nil), ("settings", nil),
      ("settings", "{}"), ("settings", "[]"), ("settings", ""), ("identity", nil),
      ("identity", "abc"), ("checksum", nil), ("checksum", "xyz"), ("checksum", "100000000"),
    ] as [(String, String?)])
  func incomplete(_ name: String, text: String?) throws {
    let path = try altered { $0[name] = text }
    #expect(throws: ModelError(code: .notAModel, path: path)) { try EmbeddingModel(path) }
  }

  @Test(
    "settings that no feature extractor can work with are refused",
    arguments: [
      (#""sampleRate":16000"#, #""sampleRate":0"#),
      (#""sampleRate":16000"#, #""sampleRate":-16000"#),
      (#""sampleRate":16000"#, #""sampleRate":16000.5"#),
      (#""sampleRate":16000"#, #""sampleRate":1e300"#),
      (#""sampleRate":16000"#, #""sampleRate":8000"#),
      (#""sampleRate":16000"#, #""sampleRate":12800"#),
      (#""frameLength":1024"#, #""frameLength":64"#),
      (#""hopLength":512"#, #""hopLength":0"#), (#""hopLength":512"#, #""hopLength":-1"#),
      (#""hopLength":512"#, #""hopLength":1025"#), (#""hopLength":512"#, #""hopLength":15"#),
      (#""frameLength":1024"#, #""frameLength":1023"#),
      (#""frameLength":1024"#, #""frameLength":9223372036854775806"#),
      (#""melBandCount":4"#, #""melBandCount":0"#),
      (#""melBandCount":4"#, #""melBandCount":1000000000"#),
      (#""mfccCount":2"#, #""mfccCount":5"#), (#""mfccCount":2"#, #""mfccCount":-2"#),
      (#""maximumFrequency":4000"#, #""maximumFrequency":8001"#),
      (#""maximumFrequency":4000"#, #""maximumFrequency":0"#),
      (#""minimumFrequency":0"#, #""minimumFrequency":-1"#),
      (#""statisticsVersion":1"#, #""statisticsVersion":2"#),
    ])
  func nonsense(_ old: String, new: String) throws {
    let path = try altered { metadata in
      let settings = metadata["settings"] ?? ""
      metadata["settings"] = settings.split(separator: old, omittingEmptySubsequences: false)
        .joined(separator: new)
      #expect(metadata["settings"] != settings)
    }
    #expect(throws: ModelError(code: .notAModel, path: path)) { try EmbeddingModel(path) }
  }

  @Test(
    "settings at the edge of what is accepted work",
    arguments: [
      #"{"frameLength":66,"hopLength":66,"maximumFrequency":6400.5,"melBandCount":1,"mfccCount":1,"#
        + #""minimumFrequency":6400,"sampleRate":12801,"statisticsVersion":1}"#,
      #"{"frameLength":8192,"hopLength":192,"maximumFrequency":0.5,"melBandCount":1024,"#
        + #""mfccCount":20,"minimumFrequency":0,"sampleRate":192000,"statisticsVersion":1}"#,
    ])
  func edges(_ settings: String) throws {
    let file = try ModelFile(Models.format1)
    let decoded = try JSONDecoder().decode(
      FeatureStatisticsModel.Settings.self, from: Data(settings.utf8))
    let count = FeatureStatistics.parts(settings: decoded.spectrogram).reduce(0) { $0 + $1.count }
    let path = folder.path.appending("edge.safetensors")
    try ModelFile(
      formatVersion: 1, architecture: file.architecture, name: "edge", settings: settings,
      card: "{}",
      tensors: [
        ("mean", StoredTensor(shape: [count], values: [Float](repeating: 0, count: count))),
        ("scale", StoredTensor(shape: [count], values: [Float](repeating: 1, count: count))),
        (
          "projection",
          StoredTensor(shape: [1, count], values: [Float](repeating: 1, count: count))
        ),
      ]
    ).write(to: path)
    let model = try EmbeddingModel(path)
    let analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
    let vector = model.embed(analyzer.analyze((0..<200).map { Float($0 % 9) / 9 }))
    #expect(vector == [1] || vector == [-1])
  }

  @Test(
    "a value that is no number is refused, however right the checksum",
    arguments: ["mean", "scale", "projection"], [Float.nan, .infinity, -.infinity])
  func notFinite(_ name: String, value: Float) throws {
    let path = try rebuilt { tensors in
      tensors = tensors.map { entry in
        guard entry.name == name else { return entry }
        var values = entry.tensor.values
        values[values.count / 2] = value
        return (name, StoredTensor(shape: entry.tensor.shape, values: values))
      }
    }
    #expect(throws: ModelError(code: .wrongTensor(name), path: path)) { try EmbeddingModel(path) }
  }

  @Test("a missing tensor is named", arguments: ["mean", "scale", "projection"])
  func missing(_ name: String) throws {
    let path = try rebuilt { $0.removeAll { $0.name == name } }
    #expect(throws: ModelError(code: .wrongTensor(name), path: path)) { try EmbeddingModel(path) }
  }

  @Test(
    "a tensor of another shape is named",
    arguments: [
      ("mean", [66]), ("mean", [67, 1]), ("scale", [1, 67]), ("scale", []), ("projection", [201]),
      ("projection", [0, 67]), ("projection", [67, 3]), ("projection", [3, 67, 1]),
    ])
  func shape(_ name: String, shape: [Int]) throws {
    let path = try rebuilt { tensors in
      tensors = tensors.map { entry in
        guard entry.name == name else { return entry }
        let count = shape.reduce(1, *)
        return (name, StoredTensor(shape: shape, values: [Float](repeating: 1, count: count)))
      }
    }
    #expect(throws: ModelError(code: .wrongTensor(name), path: path)) { try EmbeddingModel(path) }
  }

  @Test("500 seeded damages are each found, or change nothing that matters")
  func damages() throws {
    let whole = try ReadableFile(Models.format1).contents(limit: 1 << 16)
    let model = try EmbeddingModel(Models.format1)
    let headEnd = 8 + Int(whole[0]) + 256 * Int(whole[1])
    var random = SplitMix64(seed: 500)
    var refused = 0
    for number in 0..<500 {
      var bytes = whole
      switch number % 5 {
      case 0: bytes.removeLast(Int.random(in: 1...whole.count, using: &random))
      case 1:
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8(number / 5 % 8)
        }
      case 2:
        let place = Int.random(in: 8..<headEnd, using: &random)
        bytes[place] =
          [0x2D, 0x39, 0x30, 0x22, 0x7B, 0x7D, 0x2C, 0xFF, 0x00].randomElement(
            using: &random) ?? 0
      case 3:
        let place = Int.random(in: bytes.indices, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...64, using: &random))
        bytes.removeSubrange(place..<end)
      default:
        let place = Int.random(in: bytes.indices, using: &random)
        bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      }
      let path = try folder.write(bytes, as: "damaged.safetensors")
      do throws(ModelError) {
        let read = try EmbeddingModel(path)
        try read.verify(path)
        // Only the name, the card or the padding can have changed.
        #expect(read.identity == model.identity, "damage \(number)")
        #expect(read.settings == model.settings, "damage \(number)")
        #expect(bytes.suffix(whole.count - headEnd) == whole[headEnd...], "damage \(number)")
      } catch {
        #expect(error.path == path)
        if case .file = error.code { Issue.record("damage \(number): \(error)") }
        refused += 1
      }
    }
    #expect(refused > 400)
  }
}

@Suite("The shipped models")
struct ShippedModelTests {
  @Test("each loads, has the identity it claims, and a card that tells of its data")
  func all() throws {
    let files = try FolderEntry.names(in: Repository.models)
      .filter { $0.fileExtension == "safetensors" }
    #expect(files.contains(FilePath("\(ModelLocator.defaultName).safetensors")))
    for file in files {
      let path = Repository.models.appending(file)
      let model = try EmbeddingModel(path)
      try model.verify(path)
      #expect(file.string == model.name + ModelLocator.fileExtension)
      #expect(model.settings == SpectrogramSettings())
      #expect(model.card.contains("\"data\":") && model.card.contains("\"trackCount\":"))
    }
  }

  @Test("feature-statistics gives 256 numbers and tells how it was made")
  func shipped() throws {
    let path = Repository.models.appending("feature-statistics.safetensors")
    let model = try EmbeddingModel(path)
    try model.verify(path)
    #expect(model.name == "feature-statistics")
    #expect(model.dimension == 256)
    #expect(model.settings == SpectrogramSettings())
    #expect(model.contents == FeatureStatistics.contents)
    for name in ["data", "trackCount", "whitening", "partWeights"] {
      #expect(model.card.contains("\"\(name)\":"), "the card tells of \(name)")
    }
  }
}
