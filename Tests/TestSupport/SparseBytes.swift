/// Bytes that are mostly zero, as text: the size, then lines of an offset and the bytes from there on.
public enum SparseBytes {
  /// The text of some bytes.
  public static func text(of bytes: [UInt8]) -> String {
    var lines = ["\(bytes.count)"]
    let row = 32
    for start in stride(from: 0, to: bytes.count, by: row) {
      let part = bytes[start..<min(bytes.count, start + row)]
      guard part.contains(where: { $0 != 0 }) else { continue }
      let digits = part.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      lines.append("\(start) \(digits.joined())")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The bytes of a text; nil when it is no such text.
  public static func bytes(of text: String) -> [UInt8]? {
    var lines = text.split(separator: "\n")[...]
    guard let size = lines.popFirst().flatMap({ Int($0) }), size <= 1 << 26 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    for line in lines {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let start = Int(parts[0]), parts[1].utf8.count % 2 == 0,
        start + parts[1].utf8.count / 2 <= size
      else { return nil }
      var rest = parts[1]
      for place in start... {
        if rest.isEmpty { break }
        guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
        bytes[place] = byte
        rest = rest.dropFirst(2)
      }
    }
    return bytes
  }
}
