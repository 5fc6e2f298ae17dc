package import FileAccess

/// Text made safe to show.
///
/// Names of files and tags are written by strangers: an ESC in one could move the cursor, change
/// colours or answer the shell, and a bidirectional override could make a name read as another.
package enum TerminalText {
  /// Text on one line: line ends and tabs become spaces, everything a terminal would obey or that
  /// turns the reading direction becomes U+FFFD.
  package static func clean(_ text: String) -> String {
    // Most text needs nothing.
    guard text.unicodeScalars.contains(where: { replacement(for: $0) != nil }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(replacement(for: scalar) ?? scalar) }
    return String(result)
  }

  /// Bytes as text for people; those that are not UTF-8 become U+FFFD.
  package static func clean(bytes: some Collection<UInt8>) -> String {
    clean(String(decoding: bytes, as: UTF8.self))
  }

  /// The name of a file for people.
  package static func clean(_ path: FilePath) -> String { clean(path.string) }

  private static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x09...0x0D, 0x85, 0x2028, 0x2029: " "
    case 0x00...0x1F, 0x7F...0x9F: "\u{FFFD}"
    // Direction marks, embeddings, overrides and isolates.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
    // Letters nobody sees: the byte order mark, interlinear notes and the tag block.
    case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: "\u{FFFD}"
    default: nil
    }
  }
}
