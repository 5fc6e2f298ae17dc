internal import Catalogue
internal import Embedding
internal import MusicLibrary
internal import VectorIndex

/// The tracks that a list may take: those that meet the conditions of a query and that a file holds.
/// What was read of a track is kept, for a list looks at the same ones again and again.
final class TrackPool {
  /// A track near to something.
  struct Candidate {
    let track: Int64
    /// The cosine to what was looked for.
    let similarity: Float
    let vector: [Float]
    let labels: ListCaps.Labels
  }

  private let catalogue: Catalogue
  private let model: ModelRecord
  private let search: LibrarySearch
  private let filter: TrackFilter?
  private let excluded: Set<Int64>
  private let halves: [VectorHalf]
  private var records: [Int64: TrackRecord] = [:]
  private var vectors: [Int64: [Float]] = [:]
  private var gone: Set<Int64> = []
  private let check: RecordingCheck

  init(
    catalogue: Catalogue, model: ModelRecord, search: LibrarySearch, filter: TrackFilter?,
    excluded: Set<Int64>, halves: [VectorHalf]
  ) {
    self.catalogue = catalogue
    self.model = model
    self.search = search
    self.filter = filter
    self.excluded = excluded
    self.halves = halves
    check = RecordingCheck(catalogue: catalogue, model: model)
  }

  /// How many tracks there are at the most.
  var largestCount: Int { filter?.count ?? search.count }

  /// The nearest tracks, nearest first; fewer where there are no more.
  func nearest(
    to vector: [Float], count: Int, without taken: Set<Int64>
  ) throws -> [Candidate] {
    let looked = halves.balanced(vector)
    let left = excluded.union(taken)
    var wanted = count
    while true {
      let found = try search.nearest(to: looked, count: wanted, excluding: left, among: filter)
      let candidates = try found.compactMap { neighbour in
        try candidate(neighbour.key, similarity: neighbour.similarity)
      }
      if candidates.count >= count || found.count < wanted {
        return Array(candidates.prefix(count))
      }
      wanted *= 2
    }
  }

  /// A track as it is shown; nil where no file holds it now.
  func record(of track: Int64) throws -> TrackRecord? {
    if let known = records[track] { return known }
    guard !gone.contains(track) else { return nil }
    guard let record = try catalogue.track(track, inGeneration: search.generation),
      !record.isMissing
    else {
      gone.insert(track)
      return nil
    }
    records[track] = record
    return record
  }

  /// The unit vector of a track; nil where it has none.
  func vector(of track: Int64) throws -> [Float]? {
    if let known = vectors[track] { return known }
    let vector = try catalogue.vector(of: track, model: model)
    vectors[track] = vector
    return vector
  }

  /// Whether a candidate is the same recording as one of some others, in another encoding.
  func isCopy(_ candidate: Candidate, ofAny others: [Candidate]) throws -> Bool {
    try check.isRecording(
      candidate.track, candidate.vector, of: others.map { ($0.track, $0.vector) })
  }

  /// Candidates for what is on a list already.
  func candidates(of tracks: some Sequence<Int64>) throws -> [Candidate] {
    try tracks.compactMap { try candidate($0, similarity: 1) }
  }

  private func candidate(_ track: Int64, similarity: Float) throws -> Candidate? {
    guard let record = try record(of: track), let vector = try vector(of: track) else {
      return nil
    }
    return Candidate(
      track: track, similarity: similarity, vector: vector, labels: ListCaps.Labels(record))
  }
}
