public import FileAccess
internal import FoundationEssentials

/// A named array of numbers, row-major.
public struct StoredTensor: Equatable, Sendable {
  /// The extent of each axis, outermost first.
  public let shape: [Int]
  /// The numbers, as many as the extents multiplied.
  public let values: [Float]

  /// Makes a tensor.
  public init(shape: [Int], values: [Float]) {
    let count = shape.reduce(1, *)
    precondition(
      values.count == count, "a tensor of shape \(shape) has \(count) values, not \(values.count)")
    self.shape = shape
    self.values = values
  }
}

/// A safetensors file: eight bytes with the length of the head, the head in JSON, then the numbers.
///
/// The head names each tensor with type, shape and place, and holds a table of texts under
/// `__metadata__`. Format: github.com/huggingface/safetensors. Only 32-bit floats are read and
/// written here. The numbers stay in the file until asked for.
public struct SafeTensors: Sendable {
  /// The head may be this large, and a whole file this large.
  static let largestHead = 1 << 20
  static let largestFile = 1 << 30

  /// The table of texts.
  public let metadata: [String: String]
  /// The tensors' names, in the order of their numbers in the file.
  public let names: [String]
  private let entries: [String: Entry]
  private let dataOffset: Int
  private let file: ReadableFile

  /// Reads the head of a file and checks that it agrees with itself and with the file's size.
  /// - Throws: `file`, `malformed`, `tooLarge`.
  public init(_ path: FilePath) throws(ModelError) {
    do throws(FileAccessError) {
      file = try ReadableFile(path)
    } catch {
      throw ModelError(code: .file(error.code), path: path)
    }
    guard file.size <= Self.largestFile else { throw ModelError(code: .tooLarge, path: path) }
    let start = try Self.read(file, at: 0, count: 8)
    let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.largestHead), Int(length) <= file.size - 8 else {
      throw ModelError(code: .malformed, path: path)
    }
    let head = try Self.read(file, at: 8, count: Int(length))
    guard let table = try? JSONDecoder().decode(Head.self, from: Data(head)) else {
      throw ModelError(code: .malformed, path: path)
    }
    metadata = table.metadata
    entries = table.entries
    // One without numbers comes before the one that begins at the same place.
    names = table.entries.sorted { left, right in
      (left.value.start, left.value.end, left.key) < (right.value.start, right.value.end, right.key)
    }.map(\.key)
    dataOffset = 8 + Int(length)
    // The tensors must tile the rest of the file: no gap, no overlap, nothing behind the last.
    var place = 0
    for name in names {
      guard let entry = entries[name], entry.dtype == "F32", entry.start == place,
        let size = entry.byteCount, entry.end - entry.start == size
      else { throw ModelError(code: .malformed, path: path) }
      place = entry.end
    }
    guard place == file.size - dataOffset else { throw ModelError(code: .malformed, path: path) }
  }

  /// The shape of a tensor, nil when there is none of this name.
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// Reads the numbers of a tensor.
  /// - Throws: `wrongTensor` when there is none of this name, `file`.
  public func tensor(_ name: String) throws(ModelError) -> StoredTensor {
    guard let entry = entries[name] else {
      throw ModelError(code: .wrongTensor(name), path: file.path)
    }
    let bytes = try Self.read(file, at: dataOffset + entry.start, count: entry.end - entry.start)
    let values = bytes.withUnsafeBytes { buffer in
      [Float](unsafeUninitializedCapacity: buffer.count / 4) { values, count in
        UnsafeMutableRawBufferPointer(values).copyMemory(from: buffer)
        count = buffer.count / 4
      }
    }
    return StoredTensor(shape: entry.shape, values: values)
  }

  /// Writes a file with the tensors in the order given.
  /// - Throws: `file`.
  public static func write(
    _ tensors: [(name: String, tensor: StoredTensor)], metadata: [String: String], to path: FilePath
  ) throws(ModelError) {
    var entries: [String: Entry] = [:]
    var data: [UInt8] = []
    for (name, tensor) in tensors {
      let start = data.count
      data += bytes(of: tensor)
      entries[name] = Entry(dtype: "F32", shape: tensor.shape, start: start, end: data.count)
    }
    precondition(entries.count == tensors.count, "two tensors of one name")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard
      var head = (try? encoder.encode(Head(metadata: metadata, entries: entries))).map(Array.init)
    else { preconditionFailure("text and whole numbers that JSON cannot hold") }
    // Spaces behind the head keep the numbers aligned.
    head += [UInt8](repeating: UInt8(ascii: " "), count: (64 - (8 + head.count) % 64) % 64)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: head.count >> (8 * $0)) }
    do throws(FileAccessError) {
      try WrittenFile.replace(path, with: [length, head, data])
    } catch {
      throw ModelError(code: .file(error.code), path: path)
    }
  }

  /// The numbers of a tensor as the file holds them: little-endian.
  static func bytes(of tensor: StoredTensor) -> [UInt8] {
    tensor.values.withUnsafeBytes { Array($0) }
  }

  private static func read(
    _ file: ReadableFile, at offset: Int, count: Int
  ) throws(ModelError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(FileAccessError) {
      bytes = try file.bytes(at: offset, count: count)
    } catch {
      throw ModelError(code: .file(error.code), path: file.path)
    }
    guard bytes.count == count else { throw ModelError(code: .malformed, path: file.path) }
    return bytes
  }
}

/// Where a tensor lies: bytes `start` up to `end` of the numbers.
private struct Entry: Codable, Sendable {
  let dtype: String
  let shape: [Int]
  let start: Int
  let end: Int

  enum CodingKeys: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }

  init(dtype: String, shape: [Int], start: Int, end: Int) {
    self.dtype = dtype
    self.shape = shape
    self.start = start
    self.end = end
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    dtype = try container.decode(String.self, forKey: .dtype)
    shape = try container.decode([Int].self, forKey: .shape)
    let offsets = try container.decode([Int].self, forKey: .offsets)
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw DecodingError.dataCorruptedError(
        forKey: .offsets, in: container, debugDescription: "two ascending offsets")
    }
    (start, end) = (offsets[0], offsets[1])
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dtype, forKey: .dtype)
    try container.encode(shape, forKey: .shape)
    try container.encode([start, end], forKey: .offsets)
  }

  /// Four bytes for each number; nil when the shape is nonsense.
  var byteCount: Int? {
    var count = 4
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

private struct Head: Codable {
  let metadata: [String: String]
  let entries: [String: Entry]

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static let metadataName = "__metadata__"

  init(metadata: [String: String], entries: [String: Entry]) {
    self.metadata = metadata
    self.entries = entries
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    var metadata: [String: String] = [:]
    var entries: [String: Entry] = [:]
    for key in container.allKeys {
      if key.stringValue == Self.metadataName {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
    }
    self.metadata = metadata
    self.entries = entries
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    try container.encode(metadata, forKey: Name(stringValue: Self.metadataName))
    for (name, entry) in entries {
      try container.encode(entry, forKey: Name(stringValue: name))
    }
  }
}
