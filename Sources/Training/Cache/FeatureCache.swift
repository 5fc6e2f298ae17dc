public import FileAccess
public import SpectralFeatures

/// The mel images of many sounds in one file, so that they are decoded once and trained on often.
///
/// The file is one of records (letters `EARSHOTF`, version 2, counts: the 128 rows, 0): the 64 bytes
/// of its head and the 16 bytes before each record are told in docs/training.md. A record's payload is
/// the pixels, one byte each, column after column from left to right, each from the highest band to
/// the lowest. A sound that could not be decoded stands there without a payload, so that it is not
/// tried again.
///
/// Columns lie one behind the other so that a random crop is read at one go, by any program:
/// `numpy.frombuffer(payload, 'u1').reshape(columns, 128).T` is the image.
public struct FeatureCache: Sendable {
  /// One sound.
  public struct Entry: Equatable, Sendable {
    /// The name it was given, in most cases its path.
    public var name: FilePath { record.name }
    /// How many columns it has; 0 where there is no image.
    public var columnCount: Int { record.payloadLength / FeatureCache.rowCount }
    let record: RecordFile.Entry
  }

  /// Rows of an image.
  public static let rowCount = MelImage.rowCount
  /// Images are refused beyond this, whatever a file claims.
  static let mostColumns = 1 << 20

  static let kind = RecordFile.Kind(
    letters: "EARSHOTF", version: 2, counts: (UInt32(rowCount), 0),
    longestPayload: mostColumns * rowCount)

  /// The sounds, in the order they were added.
  public let entries: [Entry]
  private let records: RecordFile

  /// Opens a cache and lists what it holds, up to a last record that is cut short.
  /// - Throws: ``FeatureCacheError``.
  public init(_ path: FilePath) throws(FeatureCacheError) {
    records = try RecordFile(path, Self.kind)
    entries = records.entries.map { Entry(record: $0) }
    guard
      records.entries.allSatisfy({ $0.payloadLength.isMultiple(of: Self.rowCount) })
    else { throw FeatureCacheError(code: .damaged, path: path) }
  }

  /// Columns of an image: rowCount bytes each, one column behind the other.
  /// - Throws: `file` or `damaged`.
  public func columns(_ range: Range<Int>, of entry: Entry) throws(FeatureCacheError) -> [UInt8] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= entry.columnCount,
      "columns \(range) of \(entry.columnCount)")
    return try records.bytes(
      (range.lowerBound * Self.rowCount)..<(range.upperBound * Self.rowCount), of: entry.record)
  }

  /// The whole image of an entry, as ``columns(_:of:)`` gives it.
  /// - Throws: `file`, or `damaged` where it does not match its checksum.
  public func checkedImage(of entry: Entry) throws(FeatureCacheError) -> [UInt8] {
    try records.payload(of: entry.record)
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
}

/// Why a feature cache cannot be used.
public struct FeatureCacheError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// It is something other than a feature cache, or one of another version.
    case notACache
    /// It is shorter than it was when it was opened, or does not match its checksums.
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
  private let writer: RecordWriter

  /// Opens a cache for adding, made when there is none. What a killed writer left half done is cut
  /// off.
  /// - Throws: ``FeatureCacheError``; `file(inUse)` while another program adds to it.
  public init(_ path: FilePath) throws(FeatureCacheError) {
    writer = try RecordWriter(path, FeatureCache.kind)
  }

  /// Whether a sound is there already, with or without an image.
  public func contains(_ name: FilePath) -> Bool { writer.contains(name) }

  /// Adds a sound.
  /// - Parameter image: nil for one that could not be decoded.
  /// - Throws: `file`.
  public func add(_ name: FilePath, _ image: MelImage?) throws(FeatureCacheError) {
    try writer.add(name, image.map(Self.columnBytes) ?? [])
  }

  /// Brings everything to the disk.
  /// - Throws: `file`.
  public func close() throws(FeatureCacheError) { try writer.close() }

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
