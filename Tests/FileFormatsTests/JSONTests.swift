import FileAccess
import FileFormats
import FoundationEssentials
import TestSupport
import Testing

@Suite("JSON that any program can read")
struct JSONTests {
  private func text(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }

  @Test("An object keeps the order of its members and takes no space")
  func order() {
    let value: JSONValue = [
      "schema": 1, "path": "a.mp3", "tags": nil, "ok": true, "list": [1, 2.5, "x"], "empty": [:],
    ]
    #expect(
      text(value)
        == #"{"schema":1,"path":"a.mp3","tags":null,"ok":true,"list":[1,2.5,"x"],"empty":{}}"#)
    #expect(value.line == value.bytes + [0x0A])
  }

  @Test("Setting a name again replaces its value in place; nil takes it out")
  func members() {
    var object: JSONObject = ["a": 1, "b": 2, "a": 3]
    #expect(text(.object(object)) == #"{"a":3,"b":2}"#)
    object["b"] = nil
    object["c"] = .null
    #expect(text(.object(object)) == #"{"a":3,"c":null}"#)
    #expect(object["c"] == .null)
    #expect(object["b"] == nil)
  }

  @Test(
    "Numbers have the fewest digits that read back the same; what is not finite is null",
    arguments: [
      (JSONValue.float(0.1), "0.1"), (.double(0.1), "0.1"), (.float(-0.0), "-0.0"),
      (.float(.greatestFiniteMagnitude), "3.4028235e+38"),
      (.float(.leastNonzeroMagnitude), "1e-45"),
      (.double(.greatestFiniteMagnitude), "1.7976931348623157e+308"), (.double(1e16), "1e+16"),
      (.float(.nan), "null"), (.double(-.infinity), "null"), (.float(.infinity), "null"),
      (.floats([1, .nan, 0.5]), "[1.0,null,0.5]"), (.floats([]), "[]"),
      (.integer(.min), "-9223372036854775808"), (JSONValue(nil as Double?), "null"),
      (JSONValue(3 as Int?), "3"),
    ])
  func numbers(value: JSONValue, expected: String) {
    #expect(text(value) == expected)
  }

  @Test(
    "Text is escaped so that it can end neither the string, the line nor the terminal's patience",
    arguments: [
      ("\"\\", #""\"\\""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
      ("\0\u{1B}[31m", #""\u0000\u001b[31m""#),
      ("\u{7F}\u{85}\u{9B}", #""\u007f\u0085\u009b""#),
      ("a\u{2028}b\u{2029}", #""a\u2028b\u2029""#),
      ("\u{202A}¢é 日本 🎵", "\"\u{202A}¢é 日本 🎵\""), ("/", "\"/\""), ("", "\"\""),
    ])
  func escapes(plain: String, expected: String) {
    #expect(text(.string(plain)) == expected)
  }

  @Test(
    "Another reader of JSON finds the same texts and numbers", arguments: 0..<20 as Range<UInt64>)
  func decoder(seed: UInt64) throws {
    struct Record: Codable, Equatable {
      var name: String
      var number: Double
      var vector: [Float]
      var missing: [Double?]
    }
    var random = SplitMix64(seed: seed)
    let scalars = (0..<200).compactMap { _ in
      Unicode.Scalar(
        UInt32.random(in: 0...(Bool.random(using: &random) ? 0xFF : 0x2FFFF), using: &random))
    }
    var name = ""
    name.unicodeScalars.append(contentsOf: scalars)
    let number = Double(bitPattern: random.next())
    let vector = (0..<256).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
      .filter(\.isFinite)
    let record = Record(
      name: name, number: number.isFinite ? number : 1, vector: vector, missing: [nil, 1.5])
    let value: JSONValue = [
      "name": .string(record.name), "number": .double(record.number),
      "vector": .floats(record.vector), "missing": .array([.double(.nan), .double(1.5)]),
    ]
    let decoded = try JSONDecoder().decode(Record.self, from: Data(value.bytes))
    #expect(decoded.name.unicodeScalars.elementsEqual(record.name.unicodeScalars))
    #expect(decoded.number == record.number)
    #expect(decoded.vector.map(\.bitPattern) == record.vector.map(\.bitPattern))
    #expect(decoded.missing == record.missing)
  }

  @Test("A path that is not UTF-8 comes with its bytes, any other without")
  func paths() {
    var object = JSONObject()
    object.append(path: FilePath("é.mp3"))
    #expect(text(.object(object)) == #"{"path":"é.mp3"}"#)
    object.append(path: FilePath(bytes: [0x61, 0xFF, 0x2E, 0x6D]))
    #expect(text(.object(object)) == "{\"path\":\"a\u{FFFD}.m\",\"pathBytes\":\"Yf8ubQ==\"}")
  }

  @Test(
    "Base64 is that of RFC 4648",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func base64(plain: String, expected: String) {
    #expect(Base64.encode(Array(plain.utf8)) == expected)
    #expect(Base64.encode([0xFB, 0xFF, 0xBF]) == "+/+/")
  }
}
