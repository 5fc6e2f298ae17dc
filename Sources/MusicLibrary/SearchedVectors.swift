internal import VectorIndex

/// The vectors of a library as they are searched: those of whole tracks first, then those of sections.
struct SearchedVectors {
  private enum Store {
    case file(SearchFile)
    case memory(ExactSearch, generation: Int)
  }

  private let store: Store
  /// How many tracks there are.
  let wholeCount: Int
  /// The rows of whole tracks; nil where there are no others.
  private let wholeRows: RowSet?

  /// Searches a file.
  /// - Throws: `damaged` or `file`.
  init(_ file: SearchFile) throws(SearchFileError) {
    self.init(.file(file), count: file.count, wholeCount: try file.wholeCount())
  }

  /// Searches vectors in memory.
  init(_ vectors: ExactSearch, generation: Int) {
    self.init(
      .memory(vectors, generation: generation), count: vectors.keys.count,
      wholeCount: vectors.wholeCount)
  }

  private init(_ store: Store, count: Int, wholeCount: Int) {
    self.store = store
    self.wholeCount = wholeCount
    wholeRows = wholeCount < count ? RowSet(rowCount: count, first: wholeCount) : nil
  }

  /// Whether there are vectors of sections.
  var hasSections: Bool { wholeRows != nil }

  /// The generation of the library that they were read from.
  var generation: Int {
    switch store {
    case .file(let file): file.generation
    case .memory(_, let generation): generation
    }
  }

  func rows(of tracks: [Int64]) throws(SearchFileError) -> RowSet {
    switch store {
    case .file(let file): try file.rows(of: tracks)
    case .memory(let vectors, _): vectors.rows(of: tracks)
    }
  }

  /// Those of some rows that are of whole tracks.
  func wholes(among rows: RowSet) -> RowSet { hasSections ? rows.prefix(wholeCount) : rows }

  /// The vector of a neighbour that was found here; nil where it is not known.
  func vector(of neighbour: Neighbour) throws(SearchFileError) -> [Float]? {
    switch store {
    case .file(let file): try file.vector(of: neighbour)
    case .memory: nil
    }
  }

  func moments() throws(SearchFileError) -> SimilarityMoments? {
    switch store {
    case .file(let file): try file.moments()
    case .memory(let vectors, _): SimilarityMoments(of: vectors)
    }
  }

  /// The nearest tracks by their own vectors.
  func nearestWholes(
    to query: [Float], count: Int, excluding excluded: Set<Int64>, among rows: RowSet?
  ) throws(SearchFileError) -> [Neighbour] {
    let rows = rows.map { wholes(among: $0) } ?? wholeRows
    return try nearestRows(to: query, count: count, excluding: excluded, among: rows)
  }

  /// The nearest tracks by the nearest of their rows.
  func nearestOfAll(
    to query: [Float], count: Int, excluding excluded: Set<Int64>, among rows: RowSet?
  ) throws(SearchFileError) -> [Neighbour] {
    // How many rows of one track lie near is known only by looking, so more are fetched until there are
    // enough tracks.
    guard count > 0 else { return [] }
    var wanted = 2 * max(1, min(count, wholeCount))
    while true {
      let found = try nearestRows(to: query, count: wanted, excluding: excluded, among: rows)
      let tracks = Self.folded(found)
      if tracks.count >= count || found.count < wanted { return Array(tracks.prefix(count)) }
      wanted *= 4
    }
  }

  /// The first of the neighbours of each track. A section that is as near as the whole but for rounding
  /// tells more than the whole.
  static func folded(_ neighbours: [Neighbour]) -> [Neighbour] {
    let rounding: Float = 1e-5
    var tracks: [Neighbour] = []
    var places: [Int64: Int] = [:]
    for neighbour in neighbours {
      guard let place = places[neighbour.key] else {
        places[neighbour.key] = tracks.count
        tracks.append(neighbour)
        continue
      }
      let first = tracks[place]
      if first.sectionStart == nil, first.similarity - neighbour.similarity <= rounding {
        tracks[place] = first.with(sectionOf: neighbour)
      }
    }
    return tracks
  }

  private func nearestRows(
    to query: [Float], count: Int, excluding excluded: Set<Int64>, among rows: RowSet?
  ) throws(SearchFileError) -> [Neighbour] {
    switch store {
    case .file(let file):
      try file.nearest(to: query, count: count, excluding: excluded, among: rows)
    case .memory(let vectors, _):
      vectors.nearest(to: query, count: count, excluding: excluded, among: rows)
    }
  }
}
