/// A table read from comma-separated values (RFC 4180), its first row naming the columns.
///
/// Lines end with LF, CR LF or CR; empty lines count for nothing; a byte order mark is passed over.
/// What breaks the rules is refused with its line rather than guessed at: a table that is read
/// wrongly would give wrong results without a word.
public struct CSVTable: Equatable, Sendable {
  /// The names of the columns, in order.
  public let columns: [String]
  /// The rows below them, each with as many cells as there are columns.
  public let rows: [[String]]

  /// Reads a table.
  /// - Throws: `notText`, `badRow` or `repeatedColumn` of ``FileFormatError/Code``; `notThisFormat`
  ///   when there is no row at all.
  public init(bytes: [UInt8]) throws(FileFormatError) {
    var reader = CSVReader(bytes)
    guard let columns = try reader.row() else { throw FileFormatError(.notThisFormat) }
    var known: Set<String> = []
    for name in columns where !known.insert(name).inserted {
      throw FileFormatError(.repeatedColumn(name))
    }
    var rows: [[String]] = []
    while let row = try reader.row() {
      guard row.count == columns.count else {
        throw FileFormatError(
          .badRow(line: reader.rowLine, .cellCount(expected: columns.count, found: row.count)))
      }
      rows.append(row)
    }
    self.columns = columns
    self.rows = rows
  }

  /// The place of a column in each row.
  /// - Throws: `missingColumn`.
  public func place(of column: String) throws(FileFormatError) -> Int {
    guard let place = columns.firstIndex(of: column) else {
      throw FileFormatError(.missingColumn(column))
    }
    return place
  }
}

/// What is wrong with a row of a table.
public enum CSVFault: Equatable, Sendable {
  /// More or fewer cells than there are columns.
  case cellCount(expected: Int, found: Int)
  /// A quoted cell that never ends.
  case openQuote
  /// A quote within a cell that is not quoted, or text after the end of a quoted one.
  case strayQuote
}

/// Reads rows one after the other.
private struct CSVReader {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1
  /// The line that the last row began on, from 1.
  private(set) var rowLine = 1

  private static let quote = UInt8(ascii: "\"")

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  /// The next row that is not empty, nil at the end.
  mutating func row() throws(FileFormatError) -> [String]? {
    while place < bytes.count, isLineEnd { passLineEnd() }
    guard place < bytes.count else { return nil }
    rowLine = line
    var cells = [try cell()]
    while place < bytes.count, bytes[place] == UInt8(ascii: ",") {
      place += 1
      cells.append(try cell())
    }
    if place < bytes.count {
      guard isLineEnd else { throw FileFormatError(.badRow(line: line, .strayQuote)) }
      passLineEnd()
    }
    return cells
  }

  private var isLineEnd: Bool { bytes[place] == 0x0A || bytes[place] == 0x0D }

  private mutating func passLineEnd() {
    if bytes[place] == 0x0D, place + 1 < bytes.count, bytes[place + 1] == 0x0A { place += 1 }
    place += 1
    line += 1
  }

  private mutating func cell() throws(FileFormatError) -> String {
    if place < bytes.count, bytes[place] == Self.quote { return try quotedCell() }
    let start = place
    while place < bytes.count, bytes[place] != UInt8(ascii: ","), !isLineEnd {
      if bytes[place] == Self.quote { throw FileFormatError(.badRow(line: line, .strayQuote)) }
      place += 1
    }
    return try text(bytes[start..<place])
  }

  private mutating func quotedCell() throws(FileFormatError) -> String {
    let opening = line
    place += 1
    var contents: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      if byte == Self.quote {
        guard place + 1 < bytes.count, bytes[place + 1] == Self.quote else {
          place += 1
          return try text(contents[...])
        }
        place += 1
      }
      // A carriage return before a line feed is counted with it.
      if byte == 0x0A || (byte == 0x0D && !(place + 1 < bytes.count && bytes[place + 1] == 0x0A)) {
        line += 1
      }
      contents.append(byte)
      place += 1
    }
    throw FileFormatError(.badRow(line: opening, .openQuote))
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(FileFormatError) -> String {
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw FileFormatError(.notText(line: line))
    }
    return text
  }
}
