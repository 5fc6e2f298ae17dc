/// Text broken into lines at its spaces.
package enum TextWrap {
  /// The lines of a paragraph, none wider than `width` unless one word alone is.
  package static func lines(_ paragraph: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in paragraph.split(separator: " ") {
      let columns = DisplayWidth.of(String(word))
      if used > 0, used + 1 + columns > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      if used > 0 {
        line += " "
        used += 1
      }
      line += word
      used += columns
    }
    if used > 0 { lines.append(line) }
    return lines
  }

  /// The paragraph's lines with spaces before each, joined and ended by line feeds.
  package static func text(_ paragraph: String, width: Int, indent: Int = 0) -> String {
    let space = String(repeating: " ", count: indent)
    return lines(paragraph, width: width - indent).map { space + $0 + "\n" }.joined()
  }
}
