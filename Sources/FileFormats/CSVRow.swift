/// One cell of a table in a text file.
public enum CSVCell: Equatable, Sendable {
  /// Text, made harmless for spreadsheets.
  case text(String)
  /// A whole number.
  case integer(Int)
  /// A number with the fewest digits that read back the same; empty when not finite.
  case double(Double)
  /// A number with the fewest digits that read back the same; empty when not finite.
  case float(Float)
  /// Nothing.
  case empty

  /// Text, or nothing.
  public init(_ text: String?) { self = text.map(CSVCell.text) ?? .empty }
}

/// Rows of comma-separated values (RFC 4180).
///
/// Spreadsheets run a cell that begins like a formula. A song's tags come from anywhere, so text
/// that begins with `= + - @`, a tab, a carriage return, a line feed, a NUL or a full-width form of
/// those signs gets an apostrophe in front, unless it is a plain number (OWASP ASVS 5.0, 1.2.10).
public enum CSVRow {
  /// A row with its line end, CR LF.
  public static func bytes(_ cells: [CSVCell]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (place, cell) in cells.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      append(cell, to: &bytes)
    }
    bytes.append(contentsOf: "\r\n".utf8)
    return bytes
  }

  private static func append(_ cell: CSVCell, to bytes: inout [UInt8]) {
    switch cell {
    case .empty: break
    case .integer(let value): bytes.append(contentsOf: value.description.utf8)
    case .double(let value): if value.isFinite { bytes.append(contentsOf: value.description.utf8) }
    case .float(let value): if value.isFinite { bytes.append(contentsOf: value.description.utf8) }
    case .text(let text): append(Array(harmless(text).utf8), to: &bytes)
    }
  }

  private static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
    // The semicolon and the tab separate cells for spreadsheets of other countries.
    let mustQuote = text.contains { byte in
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: ";"), 0x00...0x1F: true
      default: false
      }
    }
    guard mustQuote else { return bytes.append(contentsOf: text) }
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    switch first {
    case "+", "-": return isNumber(text) ? text : "'" + text
    case "=", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠": return "'" + text
    default: return text
    }
  }

  /// Whether text is a decimal number and nothing more: `-1`, `+0.5`, `-2e-3`.
  private static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    func digits() -> Bool {
      let count = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
      rest = rest.dropFirst(count)
      return count > 0
    }
    func skip(_ letters: String) -> Bool {
      guard let first = rest.first, letters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = skip("+-")
    guard digits() else { return false }
    if skip("."), !digits() { return false }
    if skip("eE") {
      _ = skip("+-")
      guard digits() else { return false }
    }
    return rest.isEmpty
  }
}
