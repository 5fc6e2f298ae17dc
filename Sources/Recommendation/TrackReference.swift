public import Catalogue
public import FileAccess
internal import Hashing

/// The tracks a person may mean by a text.
public enum TrackReference {
  /// What was found.
  public enum Resolution: Sendable {
    /// One track.
    case track(Int64)
    /// More than one; the first of them.
    case ambiguous([Int64])
    /// None.
    case none
  }

  /// Resolves a reference: the path of a file of the library, an identity or the beginning of one (at
  /// least eight digits, so that words and years are not taken for one), else a text search.
  /// - Parameters:
  ///   - text: what was typed.
  ///   - folder: what a relative path begins at.
  public static func resolve(
    _ text: FilePath, in catalogue: Catalogue, relativeTo folder: FilePath
  ) throws(CatalogueError) -> Resolution {
    if let track = try catalogue.file(at: text.absolute(in: folder))?.track { return .track(track) }
    let digits = text.string
    if (8...64).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit) {
      let tracks = try catalogue.tracks(identityPrefix: digits, limit: 10)
      if tracks.count == 1 { return .track(tracks[0]) }
      if !tracks.isEmpty { return .ambiguous(tracks) }
    }
    let tracks = try catalogue.tracks(matching: text.string, limit: 10)
    switch tracks.count {
    case 0: return .none
    case 1: return .track(tracks[0])
    default: return .ambiguous(tracks)
    }
  }
}
