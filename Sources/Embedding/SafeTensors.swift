public import FileAccess
internal import FoundationEssentials

/// A safetensors file: eight bytes with the length of the head, the head in JSON, then the numbers.
///
/// The head names each tensor with type, shape and place, and holds a table of texts under
/// `__metadata__`. Format: github.com/huggingface/safetensors. Floats of 32 and 16 bits are read and
/// written here (`F32`, `F16`, `BF16`). The numbers stay in the file until asked for.
public struct SafeTensors: Sendable {
  /// The head may be this large, and a whole file this large.
  static let largestHead = 1 << 20
  static let largestFile = 1 << 30

  /// The table of texts.
  public let metadata: [String: String]
  /// The tensors' names, in the order of their numbers in the file.
  public let names: [String]
  private let entries: [String: SafeTensorsEntry]
  private let dataOffset: Int
  private let file: ReadableFile

  /// The name it was opened by.
  var path: FilePath { file.path }

  /// Reads the head of a file and checks that it agrees with itself and with the file's size.
  /// - Throws: `file`, `malformed`, `tooLarge`.
  public init(_ path: FilePath) throws(ModelError) {
    let head: [UInt8]
    (file, head) = try Self.open(path)
    guard let table = try? JSONDecoder().decode(SafeTensorsHead.self, from: Data(head)) else {
      throw ModelError(code: .malformed, path: path)
    }
    metadata = table.metadata
    entries = table.entries
    // One without numbers comes before the one that begins at the same place.
    names = table.entries.sorted { left, right in
      (left.value.start, left.value.end, left.key) < (right.value.start, right.value.end, right.key)
    }.map(\.key)
    dataOffset = 8 + head.count
    // The tensors must tile the rest of the file: no gap, no overlap, nothing behind the last.
    var place = 0
    for name in names {
      guard let entry = entries[name], entry.start == place, let size = entry.byteCount,
        entry.end - entry.start == size
      else { throw ModelError(code: .malformed, path: path) }
      place = entry.end
    }
    guard place == file.size - dataOffset else { throw ModelError(code: .malformed, path: path) }
  }

  /// Reads the table of texts alone; what else the head says is not looked at.
  /// - Throws: `file`, `malformed`, `tooLarge`.
  static func metadata(of path: FilePath) throws(ModelError) -> [String: String] {
    let (_, head) = try open(path)
    guard let table = try? JSONDecoder().decode(SafeTensorsTexts.self, from: Data(head)) else {
      throw ModelError(code: .malformed, path: path)
    }
    return table.metadata ?? [:]
  }

  /// Opens a file and reads its head.
  private static func open(
    _ path: FilePath
  ) throws(ModelError) -> (file: ReadableFile, head: [UInt8]) {
    let file: ReadableFile
    do throws(FileAccessError) {
      file = try ReadableFile(path)
    } catch {
      throw ModelError(code: .file(error.code), path: path)
    }
    guard file.size <= largestFile else { throw ModelError(code: .tooLarge, path: path) }
    let start = try read(file, at: 0, count: 8)
    let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(largestHead), Int(length) <= file.size - 8 else {
      throw ModelError(code: .malformed, path: path)
    }
    return (file, try read(file, at: 8, count: Int(length)))
  }

  /// The shape of a tensor, nil when there is none of this name.
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// Reads the numbers of a tensor.
  /// - Throws: `wrongTensor` when there is none of this name, `file`.
  public func tensor(_ name: String) throws(ModelError) -> StoredTensor {
    let entry = try entry(name)
    let bytes = try Self.read(file, at: dataOffset + entry.start, count: entry.end - entry.start)
    return StoredTensor(shape: entry.shape, precision: entry.precision, bytes: bytes)
  }

  /// Where a tensor lies and how its numbers are written.
  /// - Throws: `wrongTensor` when there is none of this name.
  func entry(_ name: String) throws(ModelError) -> SafeTensorsEntry {
    guard let entry = entries[name] else {
      throw ModelError(code: .wrongTensor(name), path: file.path)
    }
    return entry
  }

  /// Reads the bytes of a tensor into a buffer of their size.
  /// - Throws: `malformed` when the file has become shorter, `file`.
  func read(
    _ entry: SafeTensorsEntry, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ModelError) {
    let count: Int
    do throws(FileAccessError) {
      count = try file.read(at: dataOffset + entry.start, into: buffer)
    } catch {
      throw ModelError(code: .file(error.code), path: file.path)
    }
    guard count == buffer.count else { throw ModelError(code: .malformed, path: file.path) }
  }

  /// Writes a file with the tensors in the order given.
  /// - Throws: `file`.
  public static func write(
    _ tensors: [(name: String, tensor: StoredTensor)], metadata: [String: String], to path: FilePath
  ) throws(ModelError) {
    var entries: [String: SafeTensorsEntry] = [:]
    var data: [UInt8] = []
    for (name, tensor) in tensors {
      let start = data.count
      data += tensor.bytes
      entries[name] = SafeTensorsEntry(
        precision: tensor.precision, shape: tensor.shape, start: start, end: data.count)
    }
    precondition(entries.count == tensors.count, "two tensors of one name")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard
      var head = (try? encoder.encode(SafeTensorsHead(metadata: metadata, entries: entries))).map(
        Array.init)
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
