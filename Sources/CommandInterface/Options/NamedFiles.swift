package import FileAccess

/// Several files that go by one name: `NAME=FILE,FILE,…`.
package struct NamedFiles: Equatable, Sendable {
  /// The name; bytes that are not UTF-8 become U+FFFD.
  package let name: String
  /// The files, two or more, their bytes as typed.
  package let files: [FilePath]

  /// Reads `NAME=FILE,FILE`. Nil without a name, for fewer than two files or an empty one, and for a
  /// file named twice. A name ends at the first `=`, a file at each comma.
  package init?(_ bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "=")), end > 0 else { return nil }
    let files = bytes[(end + 1)...].split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard files.count > 1, files.allSatisfy({ !$0.isEmpty }), Set(files).count == files.count else {
      return nil
    }
    name = String(decoding: bytes[..<end], as: UTF8.self)
    self.files = files.map { FilePath(bytes: $0) }
  }
}
