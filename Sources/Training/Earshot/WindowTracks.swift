internal import Embedding
public import FileAccess
internal import Hashing
internal import SpectralFeatures

/// The tracks of a training of the model `earshot`: windows in a cache, in an order of their own.
///
/// The order is that of the names, whatever order the cache was filled in. A few kilobytes of each
/// track are kept in memory; statistics and spectrograms stay in the file.
public struct WindowTracks: Sendable {
  /// One track.
  public struct Track: Sendable {
    /// Its name in the cache.
    public let name: FilePath
    /// Who made it; empty where unknown.
    public let artist: String
    let entry: WindowCache.Entry
    let contents: WindowCache.Contents
    /// Pairs of windows that do not overlap; any two, or one twice, where there are none.
    let pairs: [(Int, Int)]
  }

  /// The tracks, by name.
  public let tracks: [Track]
  /// SHA-256 in hexadecimal over names, artists and what was heard: what a checkpoint belongs to.
  public let fingerprint: String
  let cache: WindowCache

  /// Pairs of frames that two windows may share and still count as different parts (1.4 s).
  private static let sharedPairs = 30

  /// Gathers tracks, reading each once to check it.
  /// - Parameters:
  ///   - wanted: names in the cache, with their artists; those without sound are left out.
  ///   - cache: the windows.
  ///   - report: called before each with how many are done; false stops.
  /// - Returns: nil when told to stop.
  /// - Throws: `damaged` where a track does not match its checksum, `file`.
  public init?(
    _ wanted: [(name: FilePath, artist: String)], in cache: WindowCache,
    report: (Int) -> Bool = { _ in true }
  ) throws(FeatureCacheError) {
    self.cache = cache
    let entries = Dictionary(
      cache.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var tracks: [Track] = []
    var hash = SHA256()
    var seen: Set<FilePath> = []
    for (done, (name, artist)) in wanted.sorted(by: { $0.name < $1.name }).enumerated() {
      guard report(done) else { return nil }
      guard let entry = entries[name], entry.hasSound, seen.insert(name).inserted else { continue }
      let contents = try cache.contents(of: entry)
      tracks.append(
        Track(
          name: name, artist: artist, entry: entry, contents: contents,
          pairs: Self.pairs(contents.windows)))
      hash.update(name.bytes + [0])
      hash.update("\(artist)\0\(entry.record.checksum)\n")
    }
    self.tracks = tracks
    fingerprint = hash.digest().hexadecimal
  }

  private static func pairs(_ windows: [WindowCache.Window]) -> [(Int, Int)] {
    var far: [(Int, Int)] = []
    var all: [(Int, Int)] = []
    for first in windows.indices {
      for second in windows.indices where second != first {
        let (one, other) = (windows[first].pairs, windows[second].pairs)
        let shared =
          min(one.upperBound, other.upperBound) - max(one.lowerBound, other.lowerBound)
        all.append((first, second))
        if shared < sharedPairs { far.append((first, second)) }
      }
    }
    if !far.isEmpty { return far }
    return all.isEmpty ? [(0, 0)] : all
  }

  /// The statistics of a window of a track.
  func statistics(_ window: Int, of number: Int) throws(FeatureCacheError) -> [Float] {
    let track = tracks[number]
    return try cache.statistics(track.contents.windows[window], of: track.entry)
  }

  /// Pairs of a window, all of them or some.
  func pairs(
    _ range: Range<Int>? = nil, _ window: Int, of number: Int
  ) throws(FeatureCacheError) -> FeatureMatrix {
    let track = tracks[number]
    let place = track.contents.windows[window]
    return try cache.pairs(
      range ?? 0..<place.pairs.count, of: place, track.contents, of: track.entry)
  }

  /// What the model sees of a window.
  func input(_ window: Int, of number: Int) throws(FeatureCacheError) -> EarshotInput {
    EarshotInput(
      statistics: try statistics(window, of: number), pairs: try pairs(nil, window, of: number))
  }
}
