internal import VectorIndex

/// A list that is like each of several songs and yet not always the same.
///
/// The songs take turns; each takes the track that is most like itself and least like what is on the
/// list already (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998).
struct TrackMix {
  let pool: TrackPool
  /// From 0, the nearest, to 1, the most different.
  let diversity: Float

  /// The tracks in the order they were taken.
  /// - Parameter seeds: unit vectors, one at least.
  func tracks(
    of seeds: [[Float]], count: Int, caps: ListCaps, taken: Set<Int64>
  ) throws -> [TrackPool.Candidate] {
    precondition(!seeds.isEmpty, "a mix of no songs")
    var caps = caps
    var taken = taken
    var list: [TrackPool.Candidate] = []
    var candidates = try seeds.map { seed in
      try pool.nearest(
        to: seed, count: Self.room + 4 * count, without: taken
      ).map { (candidate: $0, nearest: Float(-1)) }
    }
    let before = try pool.candidates(of: taken)
    var turn = 0
    while list.count < count {
      guard
        let (place, seed) = try pick(from: candidates, turn: turn, caps: caps, taken: taken)
      else { break }
      let chosen = candidates[seed][place].candidate
      taken.insert(chosen.track)
      if try pool.isCopy(chosen, ofAny: before + list) { continue }
      list.append(chosen)
      caps.count(chosen.labels)
      turn = seed + 1
      for number in candidates.indices {
        for other in candidates[number].indices {
          candidates[number][other].nearest = max(
            candidates[number][other].nearest,
            cosineSimilarity(candidates[number][other].candidate.vector, chosen.vector))
        }
      }
    }
    return list
  }

  /// So many more candidates than tracks are looked at for each song.
  private static let room = 100

  /// The best candidate of the song whose turn it is, else of the next one that has any.
  private func pick(
    from candidates: [[(candidate: TrackPool.Candidate, nearest: Float)]], turn: Int,
    caps: ListCaps, taken: Set<Int64>
  ) throws -> (place: Int, seed: Int)? {
    for offset in candidates.indices {
      let seed = (turn + offset) % candidates.count
      let best = candidates[seed].enumerated()
        .filter { !taken.contains($0.element.candidate.track) }
        .filter { caps.allows($0.element.candidate.labels) }
        .max { value(of: $0.element) < value(of: $1.element) }
      if let best { return (best.offset, seed) }
    }
    return nil
  }

  private func value(of entry: (candidate: TrackPool.Candidate, nearest: Float)) -> Float {
    (1 - diversity) * entry.candidate.similarity - diversity * entry.nearest
  }
}
