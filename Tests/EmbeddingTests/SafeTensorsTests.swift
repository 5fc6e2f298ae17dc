import Embedding
import FileAccess
import TestSupport
import Testing

@Suite("Safetensors files")
struct SafeTensorsTests {
  let folder = TemporaryFolder()

  /// A file of a head in text and so many bytes of numbers.
  private func file(_ head: String, dataCount: Int = 0, length: UInt64? = nil) throws -> FilePath {
    let length = length ?? UInt64(head.utf8.count)
    let start = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
    return try folder.write(
      start + Array(head.utf8) + [UInt8](repeating: 0, count: dataCount), as: "file")
  }

  @Test("what is written is read back, bit for bit and in order")
  func roundTrip() throws {
    var random = SplitMix64(seed: 1)
    let shapes: [(String, [Int])] = [
      ("zeta", [3, 5]), ("empty", [4, 0, 2]), ("alpha", [2, 2, 2]), ("scalar", []),
      ("none at the end", [0]), ("größe/π", [7]),
    ]
    let tensors = shapes.map { name, shape in
      // Any bit pattern, not-a-number and infinity too: the file format does not judge.
      (
        name: name,
        tensor: StoredTensor(
          shape: shape,
          values: (0..<shape.reduce(1, *)).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
          })
      )
    }
    let metadata = ["text": "line\nbreak, \"quotes\", \\ and ☂", "": "empty name"]
    let path = folder.path.appending("file")
    try SafeTensors.write(tensors, metadata: metadata, to: path)
    let read = try SafeTensors(path)
    #expect(read.metadata == metadata)
    #expect(read.names == shapes.map(\.0))
    for (name, tensor) in tensors {
      let values = try read.tensor(name)
      #expect(read.shape(of: name) == tensor.shape)
      #expect(values.shape == tensor.shape)
      #expect(values.values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
    }
    #expect(read.shape(of: "other") == nil)
    #expect(throws: ModelError(code: .wrongTensor("other"), path: path)) {
      try read.tensor("other")
    }
  }

  /// The same bytes were read with safetensors 0.8.0 from PyPI when this was written.
  @Test("a small file has exactly these bytes")
  func bytes() throws {
    let path = folder.path.appending("file")
    try SafeTensors.write(
      [
        ("b", StoredTensor(shape: [2, 1], values: [1, -2])),
        ("a", StoredTensor(shape: [1], values: [0.5])),
      ],
      metadata: ["k": "v"], to: path)
    let head =
      #"{"__metadata__":{"k":"v"},"a":{"data_offsets":[8,12],"dtype":"F32","shape":[1]},"#
      + #""b":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]}}"#
    // 8 + 132 bytes are filled up to 192, three times 64.
    let expected: [UInt8] =
      [184, 0, 0, 0, 0, 0, 0, 0] + Array(head.utf8)
      + [UInt8](repeating: 0x20, count: 184 - head.utf8.count)
      + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F]
    #expect(try ReadableFile(path).contents(limit: 1_000) == expected)
  }

  @Test("a file of other programs is read: no padding, other order of names, no metadata")
  func foreign() throws {
    let path = try file(
      #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"shape":[1],"#
        + #""data_offsets":[0,4],"dtype":"F32"}}"#, dataCount: 8)
    let read = try SafeTensors(path)
    #expect(read.names == ["a", "b"])
    #expect(read.metadata.isEmpty)
    #expect(try read.tensor("b") == StoredTensor(shape: [1], values: [0]))
  }

  @Test(
    "a head that contradicts itself or the file is refused",
    arguments: [
      ("not JSON", "not JSON at all", 0),
      ("not an object", "[1, 2, 3]", 0),
      ("cut JSON", #"{"a":{"dtype":"F32","shape":[1],"#, 4),
      ("nothing", "", 0),
      ("metadata that are no texts", #"{"__metadata__":{"a":1}}"#, 0),
      ("a tensor without a type", #"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4),
      ("a tensor without a shape", #"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4),
      ("a tensor without a place", #"{"a":{"dtype":"F32","shape":[1]}}"#, 4),
      ("8-bit floats", #"{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#, 4),
      ("half the room", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4),
      ("twice the room", #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,8]}}"#, 8),
      ("64-bit floats", #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, 8),
      ("one offset", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}"#, 4),
      ("three offsets", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}"#, 4),
      ("turned offsets", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4),
      ("a negative offset", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-4,4]}}"#, 4),
      ("a fractional offset", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.5]}}"#, 4),
      (
        "an offset beyond 64 bits",
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, 4
      ),
      ("an end behind the file", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4),
      ("bytes that belong to none", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8),
      (
        "a gap",
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#, 12
      ),
      ("a gap before the first", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
      (
        "an overlap",
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12
      ),
      (
        "the same place twice",
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4
      ),
      (
        "another size than the shape's", #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}"#,
        4
      ),
      ("a negative extent", #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4),
      ("two negative extents", #"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, 4),
      (
        "extents whose product overflows to the size",
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0
      ),
      (
        "an end that overflows when the head is added",
        #"{"a":{"dtype":"F32","shape":[2305843009213693951],"#
          + #""data_offsets":[0,9223372036854775804]}}"#, 0
      ),
      (
        "extents that overflow before a zero",
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}"#, 0
      ),
    ])
  func contradictions(_ name: String, head: String, dataCount: Int) throws {
    let path = try file(head, dataCount: dataCount)
    #expect(throws: ModelError(code: .malformed, path: path)) { try SafeTensors(path) }
  }

  @Test(
    "a claimed length of the head is not believed",
    arguments: [3, 1 << 20, 1 << 20 + 1, 1 << 40, .max, UInt64(Int64.max), 1 << 63] as [UInt64])
  func headLength(_ length: UInt64) throws {
    let path = try file("{}", length: length)
    #expect(throws: ModelError(code: .malformed, path: path)) { try SafeTensors(path) }
  }

  @Test("a head nested deeper than any stack is refused")
  func nesting() throws {
    let path = try file(String(repeating: #"{"a":"#, count: 100_000))
    #expect(throws: ModelError(code: .malformed, path: path)) { try SafeTensors(path) }
  }

  @Test("fewer than eight bytes are no safetensors file", arguments: Array(0..<8))
  func short(_ count: Int) throws {
    let path = try folder.write([UInt8](repeating: 0, count: count), as: "file")
    #expect(throws: ModelError(code: .malformed, path: path)) { try SafeTensors(path) }
  }

  @Test("a file that is not there, or no file, is the system's trouble")
  func absent() {
    let absent = folder.path.appending("absent")
    #expect(throws: ModelError(code: .file(.notFound), path: absent)) { try SafeTensors(absent) }
    #expect(throws: ModelError(code: .file(.notARegularFile(.folder)), path: folder.path)) {
      try SafeTensors(folder.path)
    }
  }

  @Test("a file larger than a model may be is refused before anything is read")
  func tooLarge() throws {
    let path = folder.path.appending("large")
    // A hole: it takes no room on the disk.
    #expect(Command.run(["truncate", "-s", "2G", path.string]) == 0)
    #expect(throws: ModelError(code: .tooLarge, path: path)) { try SafeTensors(path) }
  }
}
