internal import FileAccess
internal import Hashing

/// A table of columns in a file: each column is read by itself, when it is asked for, and checked
/// against its checksum. Numbers are little-endian.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | `EARSHOTF` |
/// | 8 | 4 | format version, 1 |
/// | 12 | 4 | how many columns |
/// | 16 | 8 | how many rows |
/// | 24 | 8 | revision of the library it was made from |
/// | 32 | 24 each | for each column: place, size in bytes, CRC-32C of the column, four zeros |
/// | | 4 | CRC-32C of all before it |
///
/// The file is made from the library and only ever thrown away and made again: whatever is wrong with
/// it, it is as if it were not there.
struct FactsFile: Sendable {
  static let magic = Array("EARSHOTF".utf8)
  static let version: UInt32 = 1
  private static let headSize = 32
  private static let entrySize = 24

  let rowCount: Int
  let revision: Int
  private let file: ReadableFile
  private let columns: [(range: Range<Int>, checksum: UInt32)]

  /// Opens a table of so many columns; nil where it is none, or is damaged.
  init?(_ path: FilePath, columnCount: Int) {
    guard let file = try? ReadableFile(path) else { return nil }
    let size = Self.headSize + Self.entrySize * columnCount
    guard let head = try? file.bytes(at: 0, count: size + 4), head.count == size + 4,
      head.starts(with: Self.magic), head.number(at: 8, as: UInt32.self) == Self.version,
      head.number(at: 12, as: UInt32.self) == UInt32(columnCount),
      head[..<size].withUnsafeBytes({ CRC32C.checksum(of: $0) })
        == head.number(at: size, as: UInt32.self),
      let rowCount = Int(exactly: head.number(at: 16, as: UInt64.self)), rowCount <= file.size,
      let revision = Int(exactly: head.number(at: 24, as: UInt64.self))
    else { return nil }
    var columns: [(range: Range<Int>, checksum: UInt32)] = []
    for column in 0..<columnCount {
      let entry = Self.headSize + Self.entrySize * column
      let (place, count) = (
        head.number(at: entry, as: UInt64.self), head.number(at: entry + 8, as: UInt64.self)
      )
      guard place <= UInt64(file.size), count <= UInt64(file.size) - place else { return nil }
      columns.append(
        (Int(place)..<Int(place + count), head.number(at: entry + 16, as: UInt32.self)))
    }
    self.rowCount = rowCount
    self.revision = revision
    self.file = file
    self.columns = columns
  }

  /// The bytes of a column; nil where they are damaged.
  func column(_ number: Int) -> [UInt8]? { column(number, as: UInt8.self) }

  /// The numbers of a column; nil where they are damaged.
  func column<Number: BitwiseCopyable>(
    _ number: Int, as type: Number.Type
  ) -> [Number]? {
    let (range, checksum) = columns[number]
    let (count, rest) = range.count.quotientAndRemainder(dividingBy: MemoryLayout<Number>.size)
    // Not more than there is, whatever the head says.
    guard rest == 0, range.upperBound <= file.size else { return nil }
    var isWhole = false
    let numbers = [Number](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      isWhole =
        (try? file.read(at: range.lowerBound, into: bytes)) == range.count
        && CRC32C.checksum(of: UnsafeRawBufferPointer(bytes)) == checksum
      filled = isWhole ? count : 0
      Self.turn(bytes, MemoryLayout<Number>.size)
    }
    return isWhole ? numbers : nil
  }

  /// The numbers of some rows of a column, each read by itself and not checked; nil where that fails.
  func numbers<Number: BitwiseCopyable>(
    _ number: Int, ofRows rows: [Int], as type: Number.Type
  ) -> [Number]? {
    let (range, width) = (columns[number].range, MemoryLayout<Number>.size)
    let numbers = [Number](unsafeUninitializedCapacity: rows.count) { buffer, filled in
      while filled < rows.count {
        let start = range.lowerBound + rows[filled] * width
        let bytes = UnsafeMutableRawBufferPointer(
          start: buffer.baseAddress.map { $0 + filled }, count: width)
        guard range.contains(start), start + width <= range.upperBound,
          (try? file.read(at: start, into: bytes)) == width
        else { break }
        Self.turn(bytes, width)
        filled += 1
      }
    }
    return numbers.count == rows.count ? numbers : nil
  }

  /// Passes the numbers of a column in parts, in order. They are checked at the end: what was passed
  /// counts for nothing where it is not.
  /// - Returns: whether the column is sound.
  func forEachPart<Number: BitwiseCopyable>(
    ofColumn number: Int, as type: Number.Type,
    _ body: (_ first: Int, _ numbers: UnsafeBufferPointer<Number>) -> Void
  ) -> Bool {
    let (range, checksum) = columns[number]
    let capacity = max(1, min(Self.partSize, range.count / MemoryLayout<Number>.size))
    let part = UnsafeMutableBufferPointer<Number>.allocate(capacity: capacity)
    defer { part.deallocate() }
    var sum: UInt32 = 0
    let step = capacity * MemoryLayout<Number>.size
    for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
      let count = min(step, range.upperBound - start)
      let bytes = UnsafeMutableRawBufferPointer(start: part.baseAddress, count: count)
      guard (try? file.read(at: start, into: bytes)) == count else { return false }
      sum = CRC32C.checksum(of: UnsafeRawBufferPointer(bytes), continuing: sum)
      Self.turn(bytes, MemoryLayout<Number>.size)
      let numbers = UnsafeMutableBufferPointer(
        rebasing: part[..<(count / MemoryLayout<Number>.size)])
      body((start - range.lowerBound) / MemoryLayout<Number>.size, UnsafeBufferPointer(numbers))
    }
    return sum == checksum
  }

  /// The numbers of a column in memory.
  static func numbers<Number: BitwiseCopyable>(
    _ column: [UInt8], as type: Number.Type
  ) -> [Number] {
    var column = column
    return column.withUnsafeMutableBytes { bytes in
      turn(bytes, MemoryLayout<Number>.size)
      return Array(bytes.bindMemory(to: Number.self))
    }
  }

  /// Turns little-endian numbers into the processor's.
  private static func turn(_ bytes: UnsafeMutableRawBufferPointer, _ width: Int) {
    guard UInt16(littleEndian: 1) != 1 else { return }
    for start in stride(from: 0, to: bytes.count - width + 1, by: width) {
      bytes[start..<(start + width)].reverse()
    }
  }

  /// So many numbers stay in a processor's own memory until they have been looked at.
  private static let partSize = 1 << 15

  /// How many bytes a column has.
  func size(ofColumn number: Int) -> Int { columns[number].range.count }

  /// Writes a table beside its place and renames it there.
  static func write(
    _ columns: [[UInt8]], rowCount: Int, revision: Int, to path: FilePath
  ) throws(FileAccessError) {
    var head = magic
    head.append(number: version)
    head.append(number: UInt32(columns.count))
    head.append(number: UInt64(rowCount))
    head.append(number: UInt64(revision))
    var place = headSize + entrySize * columns.count + 4
    for column in columns {
      head.append(number: UInt64(place))
      head.append(number: UInt64(column.count))
      head.append(number: column.withUnsafeBytes { CRC32C.checksum(of: $0) })
      head.append(number: UInt32(0))
      place += column.count
    }
    head.append(number: head.withUnsafeBytes { CRC32C.checksum(of: $0) })
    try WrittenFile.replace(path, with: [head] + columns)
  }
}

extension [UInt8] {
  /// The little-endian number at a place.
  func number<Number: FixedWidthInteger>(at place: Int, as type: Number.Type) -> Number {
    withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: type)) }
  }

  mutating func append(number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
