public import FileAccess
internal import Hashing
public import SpectralFeatures

/// The mel images of many sounds in one file, so that they are decoded once and trained on often.
///
/// The file begins with 64 bytes: `EARSHOTF`, the format version 1, the number of rows (128), and the
/// CRC-32C of those 16 bytes, each number little-endian in 32 bits; the rest is zeros. Then for each
/// sound: the length of its name in bytes, its number of columns, and the CRC-32C of name and pixels,
/// each little-endian in 32 bits; the name; the pixels, one byte each, column after column from left
/// to right, each from the highest band to the lowest. A sound that could not be decoded stands there
/// with no columns, so that it is not tried again.
///
/// Columns lie one behind the other so that a random crop is read at one go, by any program:
/// `numpy.frombuffer(bytes, 'u1').reshape(columns, 128).T` is the image.
public struct FeatureCache: Sendable {
  /// One sound.
  public struct Entry: Equatable, Sendable {
    /// The name it was given, in most cases its path.
    public let name: FilePath
    /// How many columns it has; 0 where there is no image.
    public let columnCount: Int
    let offset: Int
  }

  static let magic = Array("EARSHOTF".utf8)
  static let version: UInt32 = 1
  static let headSize = 64
  static let recordHeadSize = 12
  /// Names and images are refused beyond these, whatever a file claims.
  static let longestName = 1 << 16
  static let mostColumns = 1 << 20

  /// Rows of an image.
  public static let rowCount = MelImage.rowCount

  /// The sounds, in the order they were added.
  public let entries: [Entry]
  /// Where the last whole record ends; a file may be longer when its writer was killed.
  let wholeSize: Int
  private let file: ReadableFile

  /// Opens a cache and lists what it holds, up to the first record that is cut short.
  /// - Throws: ``FeatureCacheError``.
  public init(_ path: FilePath) throws(FeatureCacheError) {
    do throws(FileAccessError) {
      file = try ReadableFile(path)
    } catch {
      throw FeatureCacheError(code: .file(error.code), path: path)
    }
    guard try Self.read(file, at: 0, count: Self.headSize) == Self.head else {
      throw FeatureCacheError(code: .notACache, path: path)
    }
    var entries: [Entry] = []
    var place = Self.headSize
    while place + Self.recordHeadSize <= file.size {
      let head = try Self.read(file, at: place, count: Self.recordHeadSize)
      let (nameLength, columns) = (Self.number(head, 0), Self.number(head, 4))
      let end = place + Self.recordHeadSize + nameLength + columns * Self.rowCount
      guard nameLength <= Self.longestName, columns <= Self.mostColumns, end <= file.size else {
        break
      }
      let name = try Self.read(file, at: place + Self.recordHeadSize, count: nameLength)
      entries.append(
        Entry(
          name: FilePath(bytes: name), columnCount: columns,
          offset: place + Self.recordHeadSize + nameLength))
      place = end
    }
    self.entries = entries
    wholeSize = place
  }

  /// Columns of an image: rowCount bytes each, one column behind the other.
  /// - Throws: `file` or `damaged`.
  public func columns(_ range: Range<Int>, of entry: Entry) throws(FeatureCacheError) -> [UInt8] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= entry.columnCount,
      "columns \(range) of \(entry.columnCount)")
    return try Self.read(
      file, at: entry.offset + range.lowerBound * Self.rowCount, count: range.count * Self.rowCount)
  }

  /// The whole image of an entry, as ``columns(_:of:)`` gives it.
  /// - Throws: `file`, or `damaged` where it does not match its checksum.
  public func checkedImage(of entry: Entry) throws(FeatureCacheError) -> [UInt8] {
    let nameStart = entry.offset - entry.name.bytes.count
    let stored = try Self.read(file, at: nameStart - 4, count: 4)
    let body = try Self.read(
      file, at: nameStart, count: entry.name.bytes.count + entry.columnCount * Self.rowCount)
    guard Self.checksum(body) == stored else {
      throw FeatureCacheError(code: .damaged, path: file.path)
    }
    return Array(body[entry.name.bytes.count...])
  }

  /// Whether every record matches its checksum.
  /// - Throws: `file`.
  public func isSound() throws(FeatureCacheError) -> Bool {
    for entry in entries {
      do throws(FeatureCacheError) {
        _ = try checkedImage(of: entry)
      } catch {
        guard error.code == .damaged else { throw error }
        return false
      }
    }
    return true
  }

  static var head: [UInt8] {
    var head = magic + littleEndian(version) + littleEndian(UInt32(rowCount))
    head += checksum(head)
    return head + [UInt8](repeating: 0, count: headSize - head.count)
  }

  static func record(name: FilePath, pixels: [UInt8]) -> [UInt8] {
    let body = name.bytes + pixels
    return littleEndian(UInt32(name.bytes.count)) + littleEndian(UInt32(pixels.count / rowCount))
      + checksum(body) + body
  }

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    littleEndian(bytes.withUnsafeBytes { CRC32C.checksum(of: $0) })
  }

  private static func littleEndian(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
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

/// Why a feature cache cannot be used.
public struct FeatureCacheError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// It is something other than a feature cache, or one of another version.
    case notACache
    /// It is shorter than it was when it was opened, or an image does not match its checksum.
    case damaged
    /// The system could not read or write it.
    case file(FileAccessError.Code)
  }

  /// What kind of trouble it was.
  public let code: Code
  /// The file.
  public let path: FilePath

  /// Makes an error.
  public init(code: Code, path: FilePath) {
    self.code = code
    self.path = path
  }
}

/// Adds sounds to a feature cache, and goes on where an earlier writer stopped or was killed.
public final class FeatureCacheWriter {
  private let file: AppendedFile
  private var names: Set<FilePath>

  /// Opens a cache for adding, made when there is none. What a killed writer left half done is cut
  /// off.
  /// - Throws: ``FeatureCacheError``.
  public init(_ path: FilePath) throws(FeatureCacheError) {
    do {
      file = try AppendedFile(path)
      if file.size < FeatureCache.headSize {
        // The beginning of a head is what a killed writer left; anything else is somebody's file.
        let left = try ReadableFile(path).contents(limit: FeatureCache.headSize)
        guard FeatureCache.head.starts(with: left) else {
          throw FeatureCacheError(code: .notACache, path: path)
        }
        try file.truncate(to: 0)
        try file.append(FeatureCache.head)
      }
    } catch let error as FileAccessError {
      throw FeatureCacheError(code: .file(error.code), path: path)
    } catch {
      throw FeatureCacheError(code: .notACache, path: path)
    }
    let cache = try FeatureCache(path)
    names = Set(cache.entries.map(\.name))
    if cache.wholeSize < file.size {
      do throws(FileAccessError) {
        try file.truncate(to: cache.wholeSize)
      } catch {
        throw FeatureCacheError(code: .file(error.code), path: path)
      }
    }
  }

  /// Whether a sound is there already, with or without an image.
  public func contains(_ name: FilePath) -> Bool { names.contains(name) }

  /// Adds a sound.
  /// - Parameter image: nil for one that could not be decoded.
  /// - Throws: `file`.
  public func add(_ name: FilePath, _ image: MelImage?) throws(FeatureCacheError) {
    precondition(
      name.bytes.count <= FeatureCache.longestName, "a name of \(name.bytes.count) bytes")
    do throws(FileAccessError) {
      try file.append(FeatureCache.record(name: name, pixels: image.map(Self.columnBytes) ?? []))
    } catch {
      throw FeatureCacheError(code: .file(error.code), path: file.path)
    }
    names.insert(name)
  }

  /// Brings everything to the disk.
  /// - Throws: `file`.
  public func close() throws(FeatureCacheError) {
    do throws(FileAccessError) {
      try file.synchronise()
    } catch {
      throw FeatureCacheError(code: .file(error.code), path: file.path)
    }
  }

  /// The image's bytes column after column.
  private static func columnBytes(_ image: MelImage) -> [UInt8] {
    let rows = FeatureCache.rowCount
    let bytes = image.bytes
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
      for column in 0..<image.columnCount {
        for row in 0..<rows { room[column * rows + row] = bytes[row * image.columnCount + column] }
      }
      count = bytes.count
    }
  }
}
