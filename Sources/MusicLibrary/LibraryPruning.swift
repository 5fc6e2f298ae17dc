public import Catalogue
internal import FileAccess

/// Takes out of a library what is no longer there: files that the last walk did not find, and tracks that
/// no file holds.
public struct LibraryPruning {
  /// More than this share of the files, or of the tracks, is not taken out without being told twice: a
  /// disk that is not mounted looks like music that was deleted.
  public static let largestShare = 0.2

  /// The files that go, by path.
  public let files: [FileRecord]
  /// The tracks that go: no file holds them, or only files that go.
  public let tracks: [Int64]
  /// Files that are marked as missing and are there: back since the last walk, or excluded.
  public let keptCount: Int
  private let fileCount: Int
  private let trackCount: Int

  /// Whether so much would go that it may be a mistake.
  public var isLarge: Bool {
    Double(files.count) > Self.largestShare * Double(fileCount)
      || Double(tracks.count) > Self.largestShare * Double(trackCount)
  }

  /// The share of the files, or of the tracks where that is more, that would go: 0 to 1.
  public var share: Double {
    max(
      fileCount > 0 ? Double(files.count) / Double(fileCount) : 0,
      trackCount > 0 ? Double(tracks.count) / Double(trackCount) : 0)
  }

  /// Finds what would go; nothing is changed.
  /// - Parameter withPresent: whether files go, too, that are marked as missing and are there.
  public init(of catalogue: Catalogue, withPresent: Bool) throws(CatalogueError) {
    let all = try catalogue.files()
    let missing = all.values.filter(\.isMissing)
    let gone = missing.filter { file in withPresent || !Self.isThere(file.stamp.path) }
    files = gone.sorted { $0.stamp.path < $1.stamp.path }
    keptCount = missing.count - gone.count
    fileCount = all.count
    let goneNumbers = Set(gone.map(\.number))
    let held = Set(all.values.filter { !goneNumbers.contains($0.number) }.compactMap(\.track))
    var tracks: [Int64] = []
    var count = 0
    try catalogue.forEachSound { track, _ in
      count += 1
      if !held.contains(track) { tracks.append(track) }
    }
    self.tracks = tracks
    trackCount = count
  }

  /// Takes it out, all or nothing, and brings the search files in step.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public func apply(to catalogue: Catalogue, location: LibraryLocation) throws {
    guard !files.isEmpty || !tracks.isEmpty else { return }
    try catalogue.remove(files: files.map(\.number), tracks: tracks)
    try LibrarySearch.refreshAll(catalogue: catalogue, location: location)
    try catalogue.checkpoint()
  }

  /// Whether a name stands for anything; what cannot be looked up may be there.
  private static func isThere(_ path: FilePath) -> Bool {
    do throws(FileAccessError) {
      _ = try FolderEntry(at: path, followLinks: false)
      return true
    } catch {
      return error.code != .notFound
    }
  }
}
