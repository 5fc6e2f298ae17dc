internal import FileAccess
internal import Hashing

/// A file of named records that grows at its end and outlives a killed writer.
///
/// All numbers are little-endian and of 32 bits. The file begins with 64 bytes: eight letters, the
/// version, two counts that belong to the kind of records, the CRC-32C of those 20 bytes; the rest is
/// zeros. Then for each record: the length of its name and that of its payload, in bytes, the CRC-32C
/// of these two, the CRC-32C of name and payload; the name; the payload.
struct RecordFile: Sendable {
  /// What the records are.
  struct Kind: Equatable, Sendable {
    /// Eight letters.
    let letters: String
    let version: UInt32
    let counts: (UInt32, UInt32)
    /// Payloads are refused beyond this, whatever a file claims.
    let longestPayload: Int

    var head: [UInt8] {
      var head = Array(letters.utf8)
      for number in [version, counts.0, counts.1] { head += RecordFile.bytes(number) }
      head += RecordFile.checksum(head)
      return head + [UInt8](repeating: 0, count: RecordFile.headSize - head.count)
    }

    static func == (left: Kind, right: Kind) -> Bool { left.head == right.head }
  }

  /// One record.
  struct Entry: Equatable, Sendable {
    let name: FilePath
    let payloadLength: Int
    /// Where the payload begins.
    let offset: Int
    /// The CRC-32C that name and payload should have.
    let checksum: UInt32
  }

  static let headSize = 64
  static let recordHeadSize = 16
  /// Names are refused beyond this, whatever a file claims.
  static let longestName = 1 << 16

  /// The records, in the order they were added.
  let entries: [Entry]
  /// Where the last whole record ends; a file may be longer when its writer was killed.
  let wholeSize: Int
  private let file: ReadableFile

  /// Opens a file and lists what it holds, up to a last record that is cut short.
  /// - Throws: `notACache`, `damaged`, `file`.
  init(_ path: FilePath, _ kind: Kind) throws(FeatureCacheError) {
    do throws(FileAccessError) {
      file = try ReadableFile(path)
    } catch {
      throw FeatureCacheError(code: .file(error.code), path: path)
    }
    guard try Self.read(file, at: 0, count: Self.headSize) == kind.head else {
      throw FeatureCacheError(code: .notACache, path: path)
    }
    var entries: [Entry] = []
    var place = Self.headSize
    while place + Self.recordHeadSize <= file.size {
      let head = try Self.read(file, at: place, count: Self.recordHeadSize)
      // A power cut can leave zeros where the last bytes should be.
      if head.allSatisfy({ $0 == 0 }) { break }
      let (nameLength, payloadLength) = (Self.number(head, 0), Self.number(head, 4))
      guard Self.checksum(Array(head[..<8])) == Array(head[8..<12]),
        (1...Self.longestName).contains(nameLength), payloadLength <= kind.longestPayload
      else { throw FeatureCacheError(code: .damaged, path: path) }
      let nameStart = place + Self.recordHeadSize
      let end = nameStart + nameLength + payloadLength
      guard end <= file.size else { break }
      let name = try Self.read(file, at: nameStart, count: nameLength)
      entries.append(
        Entry(
          name: FilePath(bytes: name), payloadLength: payloadLength,
          offset: nameStart + nameLength, checksum: UInt32(Self.number(head, 12))))
      place = end
    }
    self.entries = entries
    wholeSize = place
  }

  var path: FilePath { file.path }

  /// Bytes of a payload, which are not checked.
  /// - Throws: `file` or `damaged`.
  func bytes(_ range: Range<Int>, of entry: Entry) throws(FeatureCacheError) -> [UInt8] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= entry.payloadLength,
      "bytes \(range) of \(entry.payloadLength)")
    return try Self.read(file, at: entry.offset + range.lowerBound, count: range.count)
  }

  /// The whole payload of a record.
  /// - Throws: `file`, or `damaged` where it does not match its checksum.
  func payload(of entry: Entry) throws(FeatureCacheError) -> [UInt8] {
    let nameLength = entry.name.bytes.count
    let body = try Self.read(
      file, at: entry.offset - nameLength, count: nameLength + entry.payloadLength)
    guard Self.checksum(body) == Self.bytes(entry.checksum) else {
      throw FeatureCacheError(code: .damaged, path: file.path)
    }
    return Array(body[nameLength...])
  }

  static func record(name: FilePath, payload: [UInt8]) -> [UInt8] {
    let body = name.bytes + payload
    let lengths = bytes(UInt32(name.bytes.count)) + bytes(UInt32(payload.count))
    return lengths + checksum(lengths) + checksum(body) + body
  }

  static func bytes(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  static func number(_ bytes: some RandomAccessCollection<UInt8>, _ offset: Int) -> Int {
    let start = bytes.index(bytes.startIndex, offsetBy: offset)
    return (0..<4).reduce(0) { $0 | Int(bytes[bytes.index(start, offsetBy: $1)]) << (8 * $1) }
  }

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    Self.bytes(bytes.withUnsafeBytes { CRC32C.checksum(of: $0) })
  }

  private static func read(
    _ file: ReadableFile, at offset: Int, count: Int
  ) throws(FeatureCacheError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(FileAccessError) {
      bytes = try file.bytes(at: offset, count: count)
    } catch {
      throw FeatureCacheError(code: .file(error.code), path: file.path)
    }
    guard bytes.count == count || offset == 0 else {
      throw FeatureCacheError(code: .damaged, path: file.path)
    }
    return bytes
  }
}

/// Adds records to a file, and goes on where an earlier writer stopped or was killed.
final class RecordWriter {
  private let file: AppendedFile
  private var names: Set<FilePath>

  /// Opens a file for adding, made when there is none. What a killed writer left half done is cut off.
  /// - Throws: ``FeatureCacheError``; `file(inUse)` while another program adds to it.
  init(_ path: FilePath, _ kind: RecordFile.Kind) throws(FeatureCacheError) {
    do {
      file = try AppendedFile(path)
      if file.size < RecordFile.headSize {
        // The beginning of a head is what a killed writer left; anything else is somebody's file.
        let left = try ReadableFile(path).contents(limit: RecordFile.headSize)
        guard kind.head.starts(with: left) else {
          throw FeatureCacheError(code: .notACache, path: path)
        }
        try file.truncate(to: 0)
        try file.append(kind.head)
      }
    } catch let error as FileAccessError {
      throw FeatureCacheError(code: .file(error.code), path: path)
    } catch {
      throw FeatureCacheError(code: .notACache, path: path)
    }
    let records = try RecordFile(path, kind)
    names = Set(records.entries.map(\.name))
    if records.wholeSize < file.size {
      do throws(FileAccessError) {
        try file.truncate(to: records.wholeSize)
      } catch {
        throw FeatureCacheError(code: .file(error.code), path: path)
      }
    }
  }

  /// Whether there is a record of this name.
  func contains(_ name: FilePath) -> Bool { names.contains(name) }

  /// Adds a record.
  /// - Throws: `file`.
  func add(_ name: FilePath, _ payload: [UInt8]) throws(FeatureCacheError) {
    precondition(
      (1...RecordFile.longestName).contains(name.bytes.count), "a name of \(name.bytes.count) bytes"
    )
    do throws(FileAccessError) {
      try file.append(RecordFile.record(name: name, payload: payload))
    } catch {
      throw FeatureCacheError(code: .file(error.code), path: file.path)
    }
    names.insert(name)
  }

  /// Brings everything to the disk.
  /// - Throws: `file`.
  func close() throws(FeatureCacheError) {
    do throws(FileAccessError) {
      try file.synchronise()
    } catch {
      throw FeatureCacheError(code: .file(error.code), path: file.path)
    }
  }
}
