internal import Catalogue
internal import FileAccess

/// How many tracks of one artist and of one album a list may have.
struct ListCaps {
  private let perArtist: Int
  private let perAlbum: Int
  private var artists: [String: Int] = [:]
  private var albums: [String: Int] = [:]

  init(_ query: Query) {
    perArtist = query.perArtist
    perAlbum = query.perAlbum
  }

  /// Whether a track may be put on the list, and counts it then. One without an artist or album is of
  /// none. An album is one in one folder: there is more than one "Greatest Hits".
  mutating func admit(_ track: TrackRecord) -> Bool {
    let artist = track.tags.artist?.lowercased()
    let album = track.tags.album.map { "\($0.lowercased())\u{0}\(track.path.parent)" }
    if perArtist > 0, let artist, artists[artist, default: 0] >= perArtist { return false }
    if perAlbum > 0, let album, albums[album, default: 0] >= perAlbum { return false }
    if let artist { artists[artist, default: 0] += 1 }
    if let album { albums[album, default: 0] += 1 }
    return true
  }
}
