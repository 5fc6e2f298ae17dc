public import FileAccess
internal import Hashing
internal import NeuralNetwork

/// The tracks of a training: their mel images in a feature cache, in an order of their own.
///
/// The order is that of the names, whatever order the cache was filled in, so the same music gives
/// the same training. Of each track some 150 bytes are kept in memory; the images stay in the file.
public struct TrainingTracks: Sendable {
  /// One track.
  public struct Track: Sendable {
    /// Its name in the cache.
    public let name: FilePath
    /// Who made it; empty where unknown.
    public let artist: String
    /// The columns of its image, at least 128.
    public let columnCount: Int

    let entry: FeatureCache.Entry
    let facts: MelImageFacts
    /// The same track after re-encoding, in the cache of copies.
    let copy: (entry: FeatureCache.Entry, facts: MelImageFacts)?
  }

  /// The tracks, by name.
  public let tracks: [Track]
  /// SHA-256 in hexadecimal over names, artists and lengths: what a checkpoint belongs to.
  public let fingerprint: String

  private let cache: FeatureCache
  private let copies: FeatureCache?

  /// Gathers tracks, reading each image once to check it and to note what is loudest in it.
  /// - Parameters:
  ///   - wanted: names in the cache, with their artists; those without an image are left out.
  ///   - cache: the images.
  ///   - copies: images of re-encoded copies under the same names; those of another length than
  ///     their original are left out.
  ///   - report: called before each with how many are done; false stops.
  /// - Returns: nil when told to stop.
  /// - Throws: `damaged` where an image does not match its checksum, `file`.
  public init?(
    _ wanted: [(name: FilePath, artist: String)], in cache: FeatureCache,
    copies: FeatureCache? = nil, report: (Int) -> Bool = { _ in true }
  ) throws(FeatureCacheError) {
    self.cache = cache
    self.copies = copies
    let entries = Self.table(cache)
    let copyEntries = copies.map(Self.table) ?? [:]
    var tracks: [Track] = []
    var hash = SHA256()
    var seen: Set<FilePath> = []
    for (done, (name, artist)) in wanted.sorted(by: { $0.name < $1.name }).enumerated() {
      guard report(done) else { return nil }
      guard let entry = entries[name], entry.columnCount >= MelBands.count,
        seen.insert(name).inserted
      else { continue }
      var copy: (entry: FeatureCache.Entry, facts: MelImageFacts)?
      if let copies, let found = copyEntries[name], found.columnCount == entry.columnCount {
        copy = (found, MelImageFacts(pixels: try copies.checkedImage(of: found)))
      }
      tracks.append(
        Track(
          name: name, artist: artist, columnCount: entry.columnCount, entry: entry,
          facts: MelImageFacts(pixels: try cache.checkedImage(of: entry)), copy: copy))
      hash.update(name.bytes + [0])
      hash.update("\(artist)\0\(entry.columnCount) \(copy == nil ? 0 : 1)\n")
    }
    self.tracks = tracks
    fingerprint = hash.digest().hexadecimal
  }

  private static func table(_ cache: FeatureCache) -> [FilePath: FeatureCache.Entry] {
    Dictionary(cache.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Columns of a track.
  func crop(
    _ columns: Range<Int>, of number: Int, reencoded: Bool = false
  ) throws(FeatureCacheError) -> MelCrop {
    let track = tracks[number]
    if reencoded, let copies, let copy = track.copy {
      return MelCrop(pixels: try copies.columns(columns, of: copy.entry), facts: copy.facts)
    }
    return MelCrop(pixels: try cache.columns(columns, of: track.entry), facts: track.facts)
  }

  /// Tiles spread evenly over a track, the first at its start and the last at its end, fewer where
  /// they would be the same.
  func tiles(of number: Int, atMost count: Int) throws(FeatureCacheError) -> [[Float]] {
    var tiles: [[Float]] = []
    for start in Self.starts(columnCount: tracks[number].columnCount, atMost: count) {
      tiles.append(try crop(start..<(start + MelBands.count), of: number).tile())
    }
    return tiles
  }

  static func starts(columnCount: Int, atMost count: Int) -> [Int] {
    let last = columnCount - MelBands.count
    let used = min(count, last + 1)
    if used == 1 { return [last / 2] }
    return (0..<used).map { (2 * $0 * last + used - 1) / (2 * (used - 1)) }
  }
}

/// Which tracks are learnt from and which only tell how well.
public struct DataSplit: Sendable, Equatable {
  /// Numbers of the tracks learnt from, ascending.
  public let training: [Int]
  /// Numbers of the tracks that are kept apart, ascending.
  public let validation: [Int]

  /// Splits tracks so that all of one artist are on one side; one without an artist is by itself.
  ///
  /// Artists are taken in an order drawn with the seed until the share is reached; one with more
  /// tracks than are still wanted is passed over.
  public init(_ tracks: [TrainingTracks.Track], validationShare: Double, seed: UInt64) {
    self.init(artists: tracks.map(\.artist), validationShare: validationShare, seed: seed)
  }

  /// The same for tracks of which only the artists are told, empty where unknown.
  public init(artists: [String], validationShare: Double, seed: UInt64) {
    var groups: [String: [Int]] = [:]
    for (number, artist) in artists.enumerated() {
      // A name cannot hold the NUL that keeps a lonely track apart from an artist of that name.
      groups[artist.isEmpty ? "\0\(number)" : artist, default: []].append(number)
    }
    var generator = SeededGenerator(seed: seed, piece: 0x5EED)
    let ordered = generator.shuffled(groups.values.sorted { $0[0] < $1[0] })
    var wanted = Int((Double(artists.count) * validationShare).rounded())
    if validationShare > 0, groups.count > 1 { wanted = max(1, wanted) }
    var validation: [Int] = []
    for group in ordered where group.count <= wanted - validation.count { validation += group }
    // Every artist may have more tracks than are wanted: then the one with the fewest.
    if validation.isEmpty, wanted > 0, let least = ordered.min(by: { $0.count < $1.count }),
      least.count < artists.count
    {
      validation = least
    }
    let kept = Set(validation)
    self.validation = validation.sorted()
    training = artists.indices.filter { !kept.contains($0) }
  }
}
