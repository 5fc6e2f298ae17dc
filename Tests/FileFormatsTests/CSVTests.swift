import FileFormats
import Testing

@Suite("Comma-separated values")
struct CSVTests {
  @Test(
    "A cell that a spreadsheet would run is text with an apostrophe; a number stays a number",
    arguments: [
      ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
      ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""),
      ("\0=1", "\"'\0=1\""),
      ("＝1+1", "'＝1+1"), ("-5", "-5"), ("+0.25", "+0.25"), ("-2e-3", "-2e-3"), ("-5+1", "'-5+1"),
      ("-", "'-"), ("-1.", "'-1."), ("-1e", "'-1e"), ("+", "'+"), ("a=b", "a=b"), ("", ""),
    ])
  func formulas(text: String, expected: String) {
    #expect(CSVRow.bytes([.text(text)]) == Array("\(expected)\r\n".utf8))
  }

  @Test("Commas, quotes and line ends are quoted as RFC 4180 says")
  func quoting() {
    let row = CSVRow.bytes([
      .text("a,b"), .text("say \"hi\""), .text("two\nlines"), .text("plain"), .text("x;=y"), .empty,
    ])
    #expect(
      String(decoding: row, as: UTF8.self)
        == "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",plain,\"x;=y\",\r\n")
  }

  @Test("Numbers are bare, and empty when they are not finite")
  func numbers() {
    let row = CSVRow.bytes([
      .integer(-3), .double(0.1), .float(0.1), .float(.nan), .double(.infinity), CSVCell(nil),
    ])
    #expect(row == Array("-3,0.1,0.1,,,\r\n".utf8))
    #expect(CSVRow.bytes([]) == Array("\r\n".utf8))
  }
}
