extension JSONValue {
  /// The value as JSON on one line, in UTF-8, without spaces and without a closing line end.
  ///
  /// The result is always valid JSON and never holds a control character, a DEL, a C1 control or
  /// the line separators U+2028 and U+2029, which some readers take for the end of a line.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  /// ``bytes`` and a line feed: one record of a stream of JSON lines.
  public var line: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Appends ``bytes``.
  public func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): Self.append(value.description, to: &bytes)
    case .double(let value): Self.append(value.isFinite ? value.description : "null", to: &bytes)
    case .float(let value): Self.append(value.isFinite ? value.description : "null", to: &bytes)
    case .string(let text): Self.appendQuoted(text, to: &bytes)
    case .array(let values):
      Self.appendList(values, opening: "[", closing: "]", to: &bytes) { value, bytes in
        value.append(to: &bytes)
      }
    case .floats(let values):
      bytes.reserveCapacity(bytes.count + 14 * values.count + 2)
      Self.appendList(values, opening: "[", closing: "]", to: &bytes) { value, bytes in
        Self.append(value.isFinite ? value.description : "null", to: &bytes)
      }
    case .object(let object):
      Self.appendList(object.members, opening: "{", closing: "}", to: &bytes) { member, bytes in
        Self.appendQuoted(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.append(to: &bytes)
      }
    }
  }

  private static func appendList<Element>(
    _ elements: [Element], opening: Unicode.Scalar, closing: Unicode.Scalar,
    to bytes: inout [UInt8], each append: (Element, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: opening))
    var isFirst = true
    for element in elements {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(element, &bytes)
    }
    bytes.append(UInt8(ascii: closing))
  }

  /// Appends text that needs no escaping.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      // Almost all text needs nothing: the bytes between two escapes are copied in one go.
      var start = 0
      var place = 0
      while place < utf8.count {
        guard let escape = Escape(in: utf8, at: place) else {
          place += 1
          continue
        }
        bytes.append(contentsOf: utf8[start..<place])
        bytes.append(UInt8(ascii: "\\"))
        if let letter = escape.letter {
          bytes.append(letter)
        } else {
          appendHexadecimal(escape.scalar, to: &bytes)
        }
        place += escape.length
        start = place
      }
      bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func appendHexadecimal(_ scalar: UInt32, to bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "u"))
    for shift in [12, 8, 4, 0] as [UInt32] { bytes.append(digits[Int(scalar >> shift & 15)]) }
  }

  /// A character that JSON text must not hold as it is, or that we choose not to.
  private struct Escape {
    /// The code point, below U+10000.
    var scalar: UInt32
    /// The letter of its short form, as in `\n`.
    var letter: UInt8?
    /// How many bytes of UTF-8 it takes.
    var length = 1

    init?(in utf8: UnsafeBufferPointer<UInt8>, at place: Int) {
      let byte = utf8[place]
      scalar = UInt32(byte)
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
      case 0x08: letter = UInt8(ascii: "b")
      case 0x09: letter = UInt8(ascii: "t")
      case 0x0A: letter = UInt8(ascii: "n")
      case 0x0C: letter = UInt8(ascii: "f")
      case 0x0D: letter = UInt8(ascii: "r")
      case 0x00...0x1F, 0x7F: break
      // U+0080 to U+009F, which terminals obey like ESC sequences.
      case 0xC2 where place + 1 < utf8.count && utf8[place + 1] < 0xA0:
        scalar = UInt32(utf8[place + 1])
        length = 2
      // U+2028 and U+2029.
      case 0xE2
      where place + 2 < utf8.count && utf8[place + 1] == 0x80 && utf8[place + 2] & 0xFE == 0xA8:
        scalar = 0x2000 | UInt32(utf8[place + 2] & 0x3F)
        length = 3
      default: return nil
      }
    }
  }
}
