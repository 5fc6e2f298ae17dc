import FileAccess
import Foundation
import Hashing
import NeuralNetwork
import TestSupport
import Testing

@testable import Embedding

/// The file that `Reference/make_fixtures.py` wrote without any code of ours, and read with the
/// `safetensors` package of Python.
@Suite("Model files of format version 2")
struct ModelFormat2Tests {
  let folder = TemporaryFolder()

  static let fixture: FilePath = {
    let name = "model-format-2"
    guard
      let path = Bundle.module.path(
        forResource: name, ofType: "safetensors", inDirectory: "Fixtures")
    else { preconditionFailure("no fixture \(name)") }
    return FilePath(path)
  }()

  private static let tensors: ModelFile.NamedTensors = [
    (
      "encoder.b.weight",
      StoredTensor(
        shape: [2, 3], values: [1, -2, 0.5, 65504, 0x1p-24, -0.25], precision: .float16)
    ),
    (
      "encoder.a.weight",
      StoredTensor(shape: [4], values: [1, -2, 0x1p100, 0x1p-130], precision: .bfloat16)
    ),
    ("encoder.a.bias", StoredTensor(shape: [2], values: [0.125, -7])),
  ]
  private static let decoder: ModelFile.NamedTensors = [
    ("decoder.weight", StoredTensor(shape: [3], values: [1, 2, 3]))
  ]

  @Test("floats of all three precisions are read as another program wrote them")
  func read() throws {
    let file = try ModelFile(Self.fixture)
    #expect(file.formatVersion == 2)
    #expect(file.tensors.map(\.name) == Self.tensors.map(\.name))
    #expect(file.tensors.map(\.tensor) == Self.tensors.map(\.tensor))
    #expect(file.tensors[0].tensor.values == [1, -2, 0.5, 65504, 0x1p-24, -0.25])
    #expect(file.tensors[1].tensor.values == [1, -2, 0x1p100, 0x1p-130])
    #expect(try file.decoderTensors().map(\.tensor) == Self.decoder.map(\.tensor))
  }

  @Test("floats behind an odd count of 16-bit numbers are read where they lie")
  func oddPlaces() throws {
    let path = folder.path.appending("odd.safetensors")
    try ModelFile(
      formatVersion: 2, architecture: "of-a-test", name: "odd", settings: "{}", card: "{}",
      tensors: [
        ("encoder.a", StoredTensor(shape: [1], values: [0.5], precision: .float16)),
        ("encoder.b", StoredTensor(shape: [3], values: [1, -2, 3])),
      ], decoder: []
    ).write(to: path)
    let tensors = try ModelFile(path).networkTensors
    #expect(tensors["encoder.a"]?.values == [0.5])
    #expect(tensors["encoder.b"]?.values == [1, -2, 3])
  }

  @Test(
    "what is written is the other program's file, byte for byte, identity and checksums included")
  func write() throws {
    let path = folder.path.appending("model.safetensors")
    try ModelFile(
      formatVersion: 2, architecture: "of-a-test", name: "small", settings: #"{"tileCount":2}"#,
      card: #"{"data":"none"}"#, tensors: Self.tensors, decoder: Self.decoder
    ).write(to: path)
    let expected = try ReadableFile(Self.fixture).contents(limit: 1 << 16)
    #expect(try ReadableFile(path).contents(limit: 1 << 16) == expected)
    // SHA-256 as Python's hashlib computed it.
    let identity = "468f021a032d6053b2baf2fe8afdcadfc29bad998277be284431a646776ec3cf"
    #expect(try ModelFile(path).identity.hexadecimal == identity)
    #expect(try ModelFile(path).hasTrueIdentity)
  }

  @Test("the order of the tensors in the file changes neither identity nor what is the decoder")
  func order() throws {
    let file = try SafeTensors(Self.fixture)
    let path = folder.path.appending("turned.safetensors")
    let turned = try file.names.reversed().map { ($0, try file.tensor($0)) }
    var metadata = file.metadata
    let checksum = ModelFile(
      formatVersion: 2, architecture: "", name: "", settings: "", card: "",
      tensors: Self.tensors.reversed())
    let other = folder.path.appending("other.safetensors")
    try checksum.write(to: other)
    metadata["checksum"] = try SafeTensors(other).metadata["checksum"]
    try SafeTensors.write(turned, metadata: metadata, to: path)
    let read = try ModelFile(path)
    #expect(read.hasTrueIdentity)
    #expect(read.tensors.count == 3)
    #expect(try read.decoderTensors().count == 1)
  }

  @Test("16-bit floats have no place in format version 1")
  func version1() throws {
    let file = try SafeTensors(Self.fixture)
    var metadata = file.metadata
    metadata["format_version"] = "1"
    let path = folder.path.appending("old.safetensors")
    try SafeTensors.write(
      file.names.map { ($0, try file.tensor($0)) }, metadata: metadata, to: path)
    #expect(throws: ModelError(code: .wrongTensor("encoder.b.weight"), path: path)) {
      try ModelFile(path)
    }
  }

  @Test("a decoder without its checksum is refused")
  func noDecoderChecksum() throws {
    let file = try SafeTensors(Self.fixture)
    for text in [nil, "x"] {
      var metadata = file.metadata
      metadata["decoder_checksum"] = text
      let path = folder.path.appending("without.safetensors")
      try SafeTensors.write(
        file.names.map { ($0, try file.tensor($0)) }, metadata: metadata, to: path)
      #expect(throws: ModelError(code: .notAModel, path: path)) { try ModelFile(path) }
    }
  }
}
