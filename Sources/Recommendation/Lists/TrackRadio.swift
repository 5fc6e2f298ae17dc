internal import Glibc
internal import VectorIndex

/// A list that goes on and on: each track is near to the one before, none comes twice.
struct TrackRadio {
  let pool: TrackPool
  /// How far it may wander, from 0, always near to where it began, to 1, near only to the last track.
  let drift: Float
  /// How much chance has a say, 0 to 1.
  let variety: Double
  /// What chance begins with.
  let seed: UInt64

  /// So many candidates are looked at for each place.
  private static let candidateCount = 40

  /// The tracks in order, fewer where the library has no more.
  /// - Parameter start: a unit vector.
  func tracks(
    from start: [Float], count: Int, caps: ListCaps, taken: Set<Int64>
  ) throws -> [TrackPool.Candidate] {
    var caps = caps
    var taken = taken
    var list: [TrackPool.Candidate] = []
    let before = try pool.candidates(of: taken)
    var current = start
    while list.count < count {
      let target =
        Recommender.direction(of: [
          start.map { $0 * (1 - drift) }, current.map { $0 * drift },
        ]) ?? current
      guard
        let next = try next(to: target, after: list.last, number: list.count, caps, &taken)
      else { break }
      taken.insert(next.track)
      if try pool.isCopy(next, ofAny: before + list) { continue }
      list.append(next)
      caps.count(next.labels)
      current = next.vector
    }
    return list
  }

  /// The best of the nearest, another artist's rather than the last one's. Tracks that the caps never
  /// allow again are taken out for good.
  private func next(
    to target: [Float], after last: TrackPool.Candidate?, number: Int, _ caps: ListCaps,
    _ taken: inout Set<Int64>
  ) throws -> TrackPool.Candidate? {
    while true {
      let nearest = try pool.nearest(to: target, count: Self.candidateCount, without: taken)
      if nearest.isEmpty { return nil }
      for candidate in nearest where !caps.allows(candidate.labels) {
        taken.insert(candidate.track)
      }
      let allowed = nearest.filter { caps.allows($0.labels) }
      if allowed.isEmpty { continue }
      let others = allowed.filter {
        $0.labels.artist == nil || $0.labels.artist != last?.labels.artist
      }
      let choice = others.isEmpty ? allowed : others
      return choice.max { value(of: $0, number) < value(of: $1, number) }
    }
  }

  private func value(of candidate: TrackPool.Candidate, _ number: Int) -> Double {
    guard variety > 0 else { return Double(candidate.similarity) }
    // A tenth in similarity is about what lies between the first and the fortieth.
    return Double(candidate.similarity)
      + 0.05 * variety * Chance.gumbel(seed &+ UInt64(number), candidate.track)
  }
}
