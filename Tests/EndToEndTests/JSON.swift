/// A JSON value, read strictly and with the order of an object's members.
enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number as it was written.
  case number(String)
  case string(String)
  case array([JSON])
  case object([Member])

  struct Member: Equatable, Sendable {
    let name: String
    let value: JSON
  }

  struct Malformed: Error {
    let place: Int
  }

  init(_ bytes: [UInt8]) throws(Malformed) {
    var reader = JSONReader(bytes: bytes)
    self = try reader.value()
    guard reader.place == bytes.count else { throw Malformed(place: reader.place) }
  }

  /// The names of an object's members, in order.
  var names: [String] {
    if case .object(let members) = self { members.map(\.name) } else { [] }
  }

  /// The member of a name; nil when there is none.
  subscript(name: String) -> JSON? {
    if case .object(let members) = self { members.first { $0.name == name }?.value } else { nil }
  }

  var elements: [JSON] { if case .array(let values) = self { values } else { [] } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }
  var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
  var float: Float? { if case .number(let text) = self { Float(text) } else { nil } }
}

private struct JSONReader {
  let bytes: [UInt8]
  var place = 0

  mutating func value() throws(JSON.Malformed) -> JSON {
    switch peek {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try list())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    default: return try number()
    }
  }

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: sign) else { return false }
    place += 1
    return true
  }

  private mutating func take(_ sign: Unicode.Scalar) throws(JSON.Malformed) {
    guard skip(sign) else { throw JSON.Malformed(place: place) }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(JSON.Malformed) -> JSON {
    guard bytes[place...].starts(with: word.utf8) else { throw JSON.Malformed(place: place) }
    place += word.utf8.count
    return value
  }

  private mutating func members() throws(JSON.Malformed) -> [JSON.Member] {
    try take("{")
    var members: [JSON.Member] = []
    if skip("}") { return members }
    repeat {
      let name = try string()
      try take(":")
      guard !members.contains(where: { $0.name == name }) else {
        throw JSON.Malformed(place: place)
      }
      members.append(JSON.Member(name: name, value: try value()))
    } while skip(",")
    try take("}")
    return members
  }

  private mutating func list() throws(JSON.Malformed) -> [JSON] {
    try take("[")
    var values: [JSON] = []
    if skip("]") { return values }
    repeat { values.append(try value()) } while skip(",")
    try take("]")
    return values
  }

  private mutating func number() throws(JSON.Malformed) -> JSON {
    let start = place
    while let byte = peek, "+-.0123456789eE".utf8.contains(byte) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard Double(text) != nil else { throw JSON.Malformed(place: start) }
    return .number(text)
  }

  private mutating func string() throws(JSON.Malformed) -> String {
    try take("\"")
    var units: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw JSON.Malformed(place: place) }
      place += 1
      guard byte == UInt8(ascii: "\\") else {
        units.append(byte)
        continue
      }
      units += try escaped()
    }
    try take("\"")
    guard let text = String(validating: units, as: UTF8.self) else {
      throw JSON.Malformed(place: place)
    }
    return text
  }

  private mutating func escaped() throws(JSON.Malformed) -> [UInt8] {
    guard let byte = peek else { throw JSON.Malformed(place: place) }
    place += 1
    switch Unicode.Scalar(byte) {
    case "n": return [0x0A]
    case "t": return [0x09]
    case "r": return [0x0D]
    case "b": return [0x08]
    case "f": return [0x0C]
    case "\"", "\\", "/": return [byte]
    case "u":
      let digits = bytes[place..<min(place + 4, bytes.count)]
      guard digits.count == 4,
        let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw JSON.Malformed(place: place) }
      place += 4
      return Array(String(Character(scalar)).utf8)
    default: throw JSON.Malformed(place: place)
    }
  }
}
