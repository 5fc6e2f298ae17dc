internal import Catalogue
internal import Glibc
internal import VectorIndex

/// A way from one song to another in smooth steps.
///
/// The straight way (on the sphere: the great circle) is cut into equal parts; at each cut the nearest
/// tracks are candidates, and of all ways through them that with the smallest sum of the eighth powers of
/// its steps is taken (dynamic programming): nearly that whose largest step is smallest. On 227 tracks of
/// many kinds squares made the largest step 5 degrees larger, larger than that of a greedy path.
struct TrackPath {
  /// So many candidates are looked at for each place.
  static let candidateCount = 48

  let pool: TrackPool
  /// Tracks that are on the list already, and the songs that it leads through.
  var taken: Set<Int64>

  /// One candidate with the best way to it.
  private struct Step {
    let candidate: TrackPool.Candidate
    var cost: Float
    /// The candidate of the layer before, nil where no way leads here.
    var previous: Int?
  }

  /// The tracks between two songs, without these; fewer where the library has no more.
  /// - Parameters:
  ///   - start: a unit vector.
  ///   - goal: a unit vector.
  ///   - count: how many tracks.
  ///   - caps: what the list holds already.
  func between(
    _ start: [Float], _ goal: [Float], count: Int, caps: ListCaps
  ) throws -> [TrackPool.Candidate] {
    guard count > 0 else { return [] }
    var layers: [[Step]] = []
    // Of one recording in several encodings one may be on the way.
    var seen = try pool.candidates(of: taken)
    var taken = taken
    for number in 1...count {
      let place = Float(number) / Float(count + 1)
      let target = Self.point(at: place, from: start, to: goal)
      // Enough that each place finds one that no other place has taken.
      let candidates = try pool.nearest(
        to: target, count: max(Self.candidateCount, count + 1), without: taken)
      var steps: [Step] = []
      for candidate in candidates where caps.allows(candidate.labels) {
        if !seen.contains(where: { $0.track == candidate.track }) {
          if try pool.isCopy(candidate, ofAny: seen) {
            taken.insert(candidate.track)
            continue
          }
          seen.append(candidate)
        }
        steps.append(Step(candidate: candidate, cost: .infinity, previous: nil))
      }
      if steps.isEmpty { return [] }
      layers.append(steps)
      connect(&layers, from: start, caps: caps)
    }
    return best(layers, to: goal)
  }

  /// Finds the best way to each candidate of the last layer.
  private func connect(_ layers: inout [[Step]], from start: [Float], caps: ListCaps) {
    let last = layers.count - 1
    for place in layers[last].indices {
      let candidate = layers[last][place].candidate
      if last == 0 {
        layers[last][place].cost = Self.cost(start, candidate.vector)
        continue
      }
      for (number, step) in layers[last - 1].enumerated() where step.cost < .infinity {
        let cost = step.cost + Self.cost(step.candidate.vector, candidate.vector)
        guard cost < layers[last][place].cost,
          allows(candidate, after: number, in: layers[..<last], caps)
        else { continue }
        layers[last][place].cost = cost
        layers[last][place].previous = number
      }
    }
  }

  /// Whether a track is not on the way to another yet, nor as much by its artist as may be.
  private func allows(
    _ candidate: TrackPool.Candidate, after number: Int, in layers: ArraySlice<[Step]>,
    _ caps: ListCaps
  ) -> Bool {
    var caps = caps
    var place: Int? = number
    for layer in layers.reversed() {
      guard let number = place else { break }
      if layer[number].candidate.track == candidate.track { return false }
      caps.count(layer[number].candidate.labels)
      place = layer[number].previous
    }
    return caps.allows(candidate.labels)
  }

  /// Follows the best way back; where none leads to the last layers, one to an earlier.
  private func best(_ layers: [[Step]], to goal: [Float]) -> [TrackPool.Candidate] {
    for end in layers.indices.reversed() {
      let ways = layers[end].enumerated().filter { $0.element.cost < .infinity }
      let last = ways.min { left, right in
        left.element.cost + Self.cost(left.element.candidate.vector, goal)
          < right.element.cost + Self.cost(right.element.candidate.vector, goal)
      }
      guard let last else { continue }
      var way: [TrackPool.Candidate] = []
      var place: Int? = last.offset
      for layer in layers[...end].reversed() {
        guard let number = place else { break }
        way.append(layer[number].candidate)
        place = layer[number].previous
      }
      return way.reversed()
    }
    return []
  }

  /// The eighth power of the angle between two unit vectors.
  static func cost(_ left: [Float], _ right: [Float]) -> Float {
    let angle = angle(left, right)
    let square = angle * angle
    return square * square * (square * square)
  }

  /// The angle between two unit vectors, 0 to π.
  static func angle(_ left: [Float], _ right: [Float]) -> Float {
    acos(max(-1, min(1, cosineSimilarity(left, right))))
  }

  /// A point on the great circle between two unit vectors, 0 for the first to 1 for the second.
  static func point(at place: Float, from start: [Float], to goal: [Float]) -> [Float] {
    let angle = angle(start, goal)
    guard angle > 1e-4, angle < .pi - 1e-4 else { return place < 0.5 ? start : goal }
    let (first, second) = (sin((1 - place) * angle) / sin(angle), sin(place * angle) / sin(angle))
    return zip(start, goal).map { first * $0 + second * $1 }
  }
}
