public import FileAccess

/// A list of tracks for a music player.
public struct Playlist: Equatable, Sendable {
  /// One track.
  public struct Entry: Equatable, Sendable {
    /// Where its file is.
    public var path: FilePath
    /// Its name.
    public var title: String?
    /// Who plays it.
    public var artist: String?
    /// The album it is on.
    public var album: String?
    /// Its length in seconds.
    public var seconds: Double?
    /// Where a player is to begin, in whole seconds; nil for the beginning. Only M3U says it, in a way that
    /// VLC knows.
    public var startSeconds: Int?

    /// Makes an entry.
    public init(
      path: FilePath, title: String? = nil, artist: String? = nil, album: String? = nil,
      seconds: Double? = nil, startSeconds: Int? = nil
    ) {
      self.path = path
      self.title = title
      self.artist = artist
      self.album = album
      self.seconds = seconds
      self.startSeconds = startSeconds
    }
  }

  /// The list's own name.
  public var title: String?
  /// What it is about.
  public var description: String?
  /// The tracks in the order they play.
  public var entries: [Entry]

  /// Makes a list.
  public init(title: String? = nil, description: String? = nil, entries: [Entry]) {
    self.title = title
    self.description = description
    self.entries = entries
  }

  /// The same list with paths as they are seen from a folder, but for those that M3U can only say as whole
  /// URIs.
  /// - Parameter folder: absolute, without links, `.` and `..`.
  public func relative(to folder: FilePath) -> Playlist {
    var list = self
    for place in list.entries.indices where !list.entries[place].path.isUnsayable {
      list.entries[place].path = list.entries[place].path.relative(to: folder)
    }
    return list
  }
}

extension FilePath {
  /// The path as a URI (RFC 3986, RFC 8089): `file:///…` when absolute, else a relative reference.
  /// Every byte but letters, digits, `-._~` and the slash is percent-encoded.
  public var uri: String {
    var text = Array((isAbsolute ? "file://" : needsDotSlash ? "./" : "").utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.append(byte)
      default:
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether a line of M3U cannot hold it: it has line ends, or ends with a space, which readers take off.
  var isUnsayable: Bool {
    bytes.contains { $0 == 0x0A || $0 == 0x0D } || bytes.last == 0x20 || bytes.last == 0x09
  }

  /// Whether a reader of playlists could take a relative path for a comment, a URI or a name
  /// without its leading spaces.
  var needsDotSlash: Bool {
    guard !isAbsolute, let first = bytes.first else { return !isAbsolute }
    return first == UInt8(ascii: "#") || first <= 0x20 || bytes.starts(with: [0xEF, 0xBB, 0xBF])
      || bytes.prefix { $0 != UInt8(ascii: "/") }.contains(UInt8(ascii: ":"))
  }
}
