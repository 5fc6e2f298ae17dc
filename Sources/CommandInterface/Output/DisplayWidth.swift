/// How many columns text takes on a terminal.
package enum DisplayWidth {
  /// The columns of a text.
  package static func of(_ text: String) -> Int {
    var text = text
    let isASCII = text.withUTF8 { $0.allSatisfy { $0 < 0x80 } }
    return isASCII ? text.utf8.count : text.reduce(0) { $0 + of($1) }
  }

  /// The columns of one character as a reader sees it: 0, 1 or 2.
  package static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    // U+FE0F asks for the coloured picture, which is wide.
    if scalars.contains("\u{FE0F}") { return 2 }
    return scalars.lazy.map(of).max() ?? 0
  }

  /// The text's beginning that fits, with an ellipsis where something was cut.
  package static func truncate(_ text: String, to columns: Int) -> String {
    guard of(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let width = of(character)
      if used + width > columns - 1 { break }
      used += width
      result.append(character)
    }
    return result + "…"
  }

  /// The text with spaces after it, or before it, to fill the columns.
  package static func pad(_ text: String, to columns: Int, alignment: Alignment = .left) -> String {
    let space = String(repeating: " ", count: max(0, columns - of(text)))
    return alignment == .left ? text + space : space + text
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    return isWide(scalar.value) || scalar.properties.isEmojiPresentation ? 2 : 1
  }

  /// Whether Unicode's East Asian Width (annex 11) of a code point is wide or full-width, by block.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}

/// Which edge of its column a cell stands at.
package enum Alignment: Sendable {
  case left, right
}
