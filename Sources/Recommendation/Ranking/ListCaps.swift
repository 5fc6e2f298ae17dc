internal import Catalogue
internal import FileAccess

/// How many tracks of one artist and of one album a list may have.
struct ListCaps {
  /// Who made a track, as caps count: one without an artist or album is of none. An album is one in
  /// one folder: there is more than one "Greatest Hits".
  struct Labels {
    let artist: String?
    let album: String?

    init(artist: String?, album: String?) {
      self.artist = artist
      self.album = album
    }

    init(_ track: TrackRecord) {
      artist = track.tags.artist?.lowercased()
      album = track.tags.album.map { "\($0.lowercased())\u{0}\(track.path.parent)" }
    }
  }

  private let perArtist: Int
  private let perAlbum: Int
  private var artists: [String: Int] = [:]
  private var albums: [String: Int] = [:]

  init(_ query: Query) {
    perArtist = query.perArtist
    perAlbum = query.perAlbum
  }

  /// Whether a track may be put on the list.
  func allows(_ labels: Labels) -> Bool {
    if perArtist > 0, let artist = labels.artist, artists[artist, default: 0] >= perArtist {
      return false
    }
    if perAlbum > 0, let album = labels.album, albums[album, default: 0] >= perAlbum {
      return false
    }
    return true
  }

  /// Counts a track that is put on the list.
  mutating func count(_ labels: Labels) {
    if let artist = labels.artist { artists[artist, default: 0] += 1 }
    if let album = labels.album { albums[album, default: 0] += 1 }
  }

  /// Whether a track may be put on the list, and counts it then.
  mutating func admit(_ track: TrackRecord) -> Bool {
    let labels = Labels(track)
    guard allows(labels) else { return false }
    count(labels)
    return true
  }
}
