import FileAccess

extension Playlist {
  /// The list as XSPF version 1 (xspf.org), an XML 1.0 document in UTF-8.
  ///
  /// Locations are URIs made of the paths' bytes, so any file name comes back exactly. Characters
  /// that XML 1.0 cannot hold are left out of the names.
  public var xspf: [UInt8] {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n"
    if let title { text += "  <title>\(XML.escape(title))</title>\n" }
    if let description { text += "  <annotation>\(XML.escape(description))</annotation>\n" }
    text += "  <trackList>\n"
    for entry in entries {
      text += "    <track>\n"
      let milliseconds = entry.seconds.flatMap { Int(exactly: ($0 * 1000).rounded()) }
      let parts: [(String, String?)] = [
        ("location", entry.path.uri), ("title", entry.title), ("creator", entry.artist),
        ("album", entry.album), ("duration", milliseconds.flatMap { $0 < 0 ? nil : "\($0)" }),
      ]
      for case (let name, let value?) in parts {
        text += "      <\(name)>\(XML.escape(value))</\(name)>\n"
      }
      text += "    </track>\n"
    }
    text += "  </trackList>\n</playlist>\n"
    return Array(text.utf8)
  }
}

/// Text inside XML 1.0 (W3C, fifth edition, section 2.2).
public enum XML {
  /// Text as the content of an element or of an attribute in quotes; characters that no XML 1.0
  /// document may hold are left out.
  public static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // A reader turns a bare one into a space or a line feed.
      case "\t", "\n", "\r": result += "&#\(scalar.value);"
      default:
        switch scalar.value {
        case 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...: result.unicodeScalars.append(scalar)
        default: break
        }
      }
    }
    return result
  }
}
