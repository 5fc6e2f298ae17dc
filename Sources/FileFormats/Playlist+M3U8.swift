import FileAccess

extension Playlist {
  /// The list as extended M3U in UTF-8: `#EXTM3U`, title and description (a comment), then for each track a line of `#EXTINF` with
  /// its seconds (-1 when unknown), artist and title, where it is to be begun later on a line of VLC's
  /// `#EXTVLCOPT`, and a line with the path.
  ///
  /// A path is written as its exact bytes, whatever they are. Two kinds of path need help so that
  /// each stays one line that is read as a path: a relative one that begins with `#`, a space or
  /// what looks like a URI scheme gets `./` in front, and one that holds a line end, which M3U
  /// cannot say, or ends with a space, which readers take off, is written as a percent-encoded URI.
  public var m3u8: [UInt8] {
    var bytes = Array("#EXTM3U\n".utf8)
    if let title { bytes += "#PLAYLIST:\(Self.oneLine(title))\n".utf8 }
    if let description { bytes += "# \(Self.oneLine(description))\n".utf8 }
    for entry in entries {
      let names = [entry.artist, entry.title].compactMap { $0 }.map(Self.oneLine)
      let text =
        names.isEmpty
        ? Self.oneLine(entry.path.lastComponent.string) : names.joined(separator: " - ")
      bytes += "#EXTINF:\(entry.wholeSeconds ?? -1),\(text)\n".utf8
      if let start = entry.startSeconds { bytes += "#EXTVLCOPT:start-time=\(start)\n".utf8 }
      bytes += entry.m3uLine
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// Text without the characters that some reader takes for the end of a line.
  private static func oneLine(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

extension Playlist.Entry {
  /// The length in whole seconds, nil when unknown or absurd.
  var wholeSeconds: Int? {
    seconds.flatMap { Int(exactly: $0.rounded()) }.flatMap { $0 < 0 ? nil : $0 }
  }

  fileprivate var m3uLine: [UInt8] {
    if path.isUnsayable { return Array(path.uri.utf8) }
    return path.needsDotSlash ? Array("./".utf8) + path.bytes : path.bytes
  }
}
