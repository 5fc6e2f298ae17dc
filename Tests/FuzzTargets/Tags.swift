import AudioTags
import FileAccess

extension FuzzTarget {
  /// The walk to the tags, and TagLib behind it.
  static let tags = FuzzTarget("tags", longestInput: 8_192) { input in
    let tags = try withFile(of: input) { AudioTags.read(from: $0) }
    for text in [tags.title, tags.artist, tags.album, tags.genre].compactMap({ $0 }) {
      try hold(!text.isEmpty && text.count <= AudioTags.longestText, "a text of \(text.count)")
      try hold(
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "a control character in a tag")
      try hold(text.first != " ", "a text that begins with a space")
    }
    for number in [tags.year, tags.track].compactMap({ $0 }) {
      try hold((1...9_999).contains(number), "the number \(number)")
    }
    if let plays = tags.plays { try hold((1...1_000_000_000).contains(plays), "\(plays) plays") }
    if let seconds = tags.seconds {
      try hold(seconds.isFinite && seconds > 0, "\(seconds) seconds")
    }
  }
}
