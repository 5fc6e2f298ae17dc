internal import CVectorKernels
internal import Catalogue
internal import Embedding
internal import VectorIndex

/// All tracks by their Euclidean distance to a point, nearest first. Every vector is read from the library
/// for that.
struct DistanceOrder {
  private let tracks: [(key: Int64, square: Float)]
  /// The mean of the squared lengths of all points.
  private let meanSquare: Float
  /// How many tracks are left out because nobody knows how long their vectors were.
  let unknownCount: Int

  /// - Parameters:
  ///   - query: its point, how much its halves count, and what is no answer.
  ///   - allowed: the tracks that may be answers, nil for all.
  init(
    _ query: Query, catalogue: Catalogue, model: ModelRecord, halves: [VectorHalf],
    excluding excluded: Set<Int64>, among allowed: Set<Int64>?
  ) throws(CatalogueError) {
    guard let point = query.point, point.count == model.dimension else {
      preconditionFailure("a distance from no point of the model")
    }
    let parts = Self.parts(query, point, halves)
    var tracks: [(key: Int64, square: Float)] = []
    var squares = 0.0
    var measured = 0
    var unknown = 0
    try catalogue.forEachMeasuredVector(model: model) { track, vector, lengths in
      let isAnswer = !excluded.contains(track) && allowed?.contains(track) ?? true
      guard lengths.count == parts.count else {
        if isAnswer { unknown += 1 }
        return
      }
      measured += 1
      var square: Float = 0
      vector.withUnsafeBufferPointer { vector in
        guard let start = vector.baseAddress else { return }
        for (part, length) in zip(parts, lengths) {
          squares += Double(length * length)
          let product = cvk_dot(part.point, start + part.range.lowerBound, part.range.count)
          square += part.weight * (part.square + length * (length - 2 * part.scale * product))
        }
      }
      if isAnswer { tracks.append((track, max(0, square))) }
    }
    meanSquare = measured > 0 && squares > 0 ? Float(squares / Double(measured)) : 1
    unknownCount = unknown
    let sign: Float = query.isReversed ? -1 : 1
    self.tracks = tracks.sorted {
      $0.square != $1.square ? sign * $0.square < sign * $1.square : $0.key < $1.key
    }
  }

  /// The first few. What takes the place of their similarity is 1 - d² / 2 m, where m is the mean squared
  /// length of the library's points: the cosine, were all of them of the same length.
  func neighbours(_ count: Int) -> [Neighbour] {
    tracks.prefix(count).map {
      Neighbour(key: $0.key, similarity: 1 - $0.square / (2 * meanSquare))
    }
  }

  /// The distance that a similarity stands for.
  func distance(at similarity: Float) -> Float {
    (max(0, 1 - similarity) * 2 * meanSquare).squareRoot()
  }

  /// A half of the point, or all of it.
  private struct Part {
    let range: Range<Int>
    let point: [Float]
    let square: Float
    /// What the half of a vector is to be multiplied by to be of length 1.
    let scale: Float
    let weight: Float
  }

  private static func parts(_ query: Query, _ point: [Float], _ halves: [VectorHalf]) -> [Part] {
    guard !halves.isEmpty else {
      return [
        Part(
          range: 0..<point.count, point: point, square: cvk_dot(point, point, point.count),
          scale: 1, weight: 1)
      ]
    }
    let weights = halves.map { query.weights?[$0.axis] ?? 1 }
    let sum = weights.reduce(0, +)
    return zip(halves, weights).map { half, weight in
      let own = Array(point[half.range])
      return Part(
        range: half.range, point: own, square: cvk_dot(own, own, own.count),
        scale: Float(halves.count).squareRoot(), weight: weight * Float(halves.count) / sum)
    }
  }
}
