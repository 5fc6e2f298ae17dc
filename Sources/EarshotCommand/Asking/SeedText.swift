import FileAccess

/// What somebody names to be asked about: `artist:Nina Simone`, or just a file or the words of a title
/// where the command takes those.
struct SeedText: Equatable {
  /// What is named.
  enum Kind: String, CaseIterable {
    /// A music file, which is listened to.
    case file
    /// A track of the library: its path, its identity, or words of title, artist or album.
    case track
    /// All tracks that have these words.
    case text
    /// All tracks of an artist.
    case artist
    /// All tracks of an album.
    case album
    /// All tracks of a genre.
    case genre
    /// The tracks of a playlist file.
    case playlist
    /// A vector as `embed` prints it, in a file or, as `-`, on standard input.
    case vector
  }

  let kind: Kind
  /// What stands behind the kind; any bytes.
  let value: FilePath

  /// Reads a word. A file or track whose name begins like a kind is named with that kind in front.
  init(_ word: FilePath, default kind: Kind) {
    for named in Kind.allCases {
      let mark = Array("\(named.rawValue):".utf8)
      if word.bytes.starts(with: mark), word.bytes.count > mark.count {
        self.kind = named
        value = FilePath(bytes: Array(word.bytes.dropFirst(mark.count)))
        return
      }
    }
    self.kind = kind
    value = word
  }

  /// The file that it reads, nil where it reads none.
  var file: FilePath? {
    switch kind {
    case .file, .playlist: value
    case .vector: value == FilePath("-") ? nil : value
    default: nil
    }
  }
}
