public import FileAccess

extension Playlist {
  /// The paths that an M3U or M3U8 file names, in order; those that are relative begin at the folder of
  /// the list. Lines that begin with `#` and empty ones are passed over. A `file:` URI is a path; other
  /// URIs name no file here and are passed over.
  public static func paths(inM3U bytes: [UInt8], folder: FilePath) -> [FilePath] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    return text.split { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
      var line = line[...]
      while line.last == 0x20 || line.last == 0x09 { line.removeLast() }
      guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
      if line.starts(with: "file://".utf8) {
        return unescaped(line.dropFirst(7)).map { FilePath(bytes: $0).absolute(in: folder) }
      }
      if isURI(line) { return nil }
      return FilePath(bytes: Array(line)).absolute(in: folder)
    }
  }

  /// Whether a line begins with a scheme and two slashes (RFC 3986, section 3.1).
  private static func isURI(_ line: ArraySlice<UInt8>) -> Bool {
    guard let mark = line.firstRange(of: Array("://".utf8)) else { return false }
    let scheme = line[..<mark.lowerBound]
    return !scheme.isEmpty
      && scheme.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  /// Bytes written as %XX.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes.first == UInt8(ascii: "/") ? bytes : nil
  }
}
