import FileFormats
import Testing

@Suite("Reading comma-separated values")
struct CSVReadingTests {
  private func read(_ text: String) throws -> [[String]] {
    let table = try CSVTable(bytes: Array(text.utf8))
    return [table.columns] + table.rows
  }

  @Test("Quotes, commas, line ends of every kind and empty lines are read as RFC 4180 has them")
  func wellFormed() throws {
    #expect(
      try read("\u{FEFF}a,b\r\n1,\"x,\"\"y\"\"\nz\"\n\n,\r\"\",é")
        == [["a", "b"], ["1", "x,\"y\"\nz"], ["", ""], ["", "é"]])
    #expect(try read("a\n") == [["a"]])
  }

  @Test(
    "What is written reads back, but for the apostrophe that keeps spreadsheets from running it")
  func roundTrip() throws {
    let cells = ["plain", "a,b", "say \"hi\"", "two\r\nlines", "", "é", "x;y"]
    let header = CSVRow.bytes(cells.indices.map { .text("column \($0)") })
    let table = try CSVTable(bytes: header + CSVRow.bytes(cells.map(CSVCell.text)))
    #expect(table.rows == [cells])
  }

  @Test(
    "What breaks the rules is refused, with its line",
    arguments: [
      ("", FileFormatError.Code.notThisFormat),
      ("\n\r\n", .notThisFormat),
      ("a,b\n1,2\n3\n", .badRow(line: 3, .cellCount(expected: 2, found: 1))),
      ("a,b\n\"1\n\",2\n3,4,5", .badRow(line: 4, .cellCount(expected: 2, found: 3))),
      ("a\n\"open\n\n", .badRow(line: 2, .openQuote)),
      ("a\nb\"c\n", .badRow(line: 2, .strayQuote)),
      ("a\n\"b\"c\n", .badRow(line: 2, .strayQuote)),
      ("a,b,a\n", .repeatedColumn("a")),
      ("a\nb\0c\n", .notText(line: 2)),
    ])
  func broken(text: String, code: FileFormatError.Code) {
    #expect(throws: FileFormatError(code)) { try read(text) }
  }

  @Test("Bytes that are not UTF-8 are refused")
  func notText() {
    #expect(throws: FileFormatError(.notText(line: 2))) {
      try CSVTable(bytes: Array("a\n".utf8) + [0xFF])
    }
  }

  @Test("No bytes whatever crash the reader")
  func noise() {
    var state: UInt64 = 1
    let alphabet = Array("a,\"\r\n\0é;".utf8)
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      let bytes = (0..<24).map { alphabet[Int(state >> ($0 * 2) & 0xFF) % alphabet.count] }
      guard let table = try? CSVTable(bytes: bytes) else { continue }
      #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    }
  }
}
