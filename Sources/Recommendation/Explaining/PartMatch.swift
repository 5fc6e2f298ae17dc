public import Embedding
internal import VectorIndex

/// A part of one song that sounds like a part of another.
public struct PartMatch: Equatable, Sendable {
  /// The part's place among those of the first song.
  public let first: Int
  /// The part's place among those of the second song.
  public let second: Int
  /// The cosine of their vectors, -1 to 1.
  public let similarity: Float

  /// Makes a match.
  public init(first: Int, second: Int, similarity: Float) {
    (self.first, self.second, self.similarity) = (first, second, similarity)
  }

  /// The pairs of parts that are most alike, the most alike first. No two of them share a moment of either
  /// song.
  /// - Parameter count: how many at the most.
  public static func best(
    _ first: [EmbeddedPart], _ second: [EmbeddedPart], count: Int = 3
  ) -> [PartMatch] {
    var all: [PartMatch] = []
    for (place, part) in first.enumerated() {
      for (otherPlace, other) in second.enumerated() {
        let product = cosineSimilarity(part.vector, other.vector)
        all.append(
          PartMatch(first: place, second: otherPlace, similarity: max(-1, min(1, product))))
      }
    }
    all.sort { left, right in
      left.similarity != right.similarity
        ? left.similarity > right.similarity
        : (left.first, left.second) < (right.first, right.second)
    }
    var best: [PartMatch] = []
    for match in all where best.count < count {
      let isNew = best.allSatisfy {
        !first[$0.first].overlaps(first[match.first])
          && !second[$0.second].overlaps(second[match.second])
      }
      if isNew { best.append(match) }
    }
    return best
  }
}

extension EmbeddedPart {
  fileprivate func overlaps(_ other: EmbeddedPart) -> Bool {
    // A sample's worth of rounding is no overlap.
    start + seconds > other.start + 1e-4 && other.start + other.seconds > start + 1e-4
  }
}
