public import Catalogue
internal import MusicLibrary

/// Descriptors of all tracks of a library, read once.
public struct DescriptorTable: Sendable {
  /// The columns.
  public let descriptors: [Descriptor]
  /// Where each track stands in the columns.
  private let rows: [Int64: Int]
  /// For each descriptor the value of each track, NaN where it has none.
  private let columns: [[Float]]

  fileprivate init(_ descriptors: [Descriptor], _ facts: TrackFacts) throws(CatalogueError) {
    var columns: [[Float]] = []
    for descriptor in descriptors {
      columns.append(
        try facts.values(of: descriptor).map {
          descriptor.range.contains(Double($0)) ? $0 : .nan
        })
    }
    self.descriptors = descriptors
    self.columns = columns
    rows = Dictionary(uniqueKeysWithValues: try facts.tracks().enumerated().map { ($1, $0) })
  }

  /// A descriptor of tracks, NaN where one has none.
  /// - Parameters:
  ///   - column: its place among ``descriptors``.
  ///   - tracks: nil for all.
  public func values(_ column: Int, ofTracks tracks: [Int64]?) -> [Double] {
    guard let tracks else { return columns[column].map { Double($0) } }
    return tracks.map { rows[$0].map { Double(columns[column][$0]) } ?? .nan }
  }

  /// How many tracks have any of them.
  public var knownCount: Int {
    (columns.first?.indices ?? 0..<0).count { row in columns.contains { $0[row].isFinite } }
  }

  /// Pearson's correlation of each with each, row-major, -1 to 1, over the tracks that have both; NaN where
  /// one of them does not vary.
  public var correlations: [Double] {
    columns.flatMap { left in columns.map { Self.correlation(left, $0) } }
  }

  /// Of the places where both are known.
  static func correlation(_ left: [Float], _ right: [Float]) -> Double {
    let both = zip(left, right).filter { $0.isFinite && $1.isFinite }
      .map { (Double($0.0), Double($0.1)) }
    let count = Double(both.count)
    let means = both.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
    var (square, otherSquare, product) = (0.0, 0.0, 0.0)
    for (x, y) in both {
      square += (x - means.0) * (x - means.0)
      otherSquare += (y - means.1) * (y - means.1)
      product += (x - means.0) * (y - means.1)
    }
    guard square > 0, otherSquare > 0 else { return .nan }
    return max(-1, min(1, product / (square * otherSquare).squareRoot()))
  }
}

extension Recommender {
  /// Descriptors of all tracks.
  public func descriptorTable(
    _ descriptors: [Descriptor]
  ) throws(CatalogueError) -> DescriptorTable {
    try DescriptorTable(descriptors, facts())
  }

  /// Tracks at equal steps through the library, with their vectors.
  /// - Parameter limit: how many at most.
  public func someTracks(
    _ limit: Int
  ) throws(CatalogueError) -> [(track: TrackRecord, vector: [Float])] {
    let tracks = try facts().tracks()
    let count = min(limit, tracks.count)
    var found: [(track: TrackRecord, vector: [Float])] = []
    for number in 0..<count {
      let track = tracks[number * tracks.count / count]
      if let record = try catalogue.track(track),
        let vector = try catalogue.vector(of: track, model: model)
      {
        found.append((record, vector))
      }
    }
    return found
  }
}

/// How alike vectors are, each with each.
public enum SimilarityTable {
  /// The cosines of unit vectors, row-major.
  public static func cosines(of vectors: [[Float]]) -> [Float] {
    vectors.flatMap { left in
      vectors.map { right in zip(left, right).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
    }
  }

  /// An order in which neighbours are alike: from one of the two that are least alike always on to the one
  /// that is most alike.
  public static func order(of vectors: [[Float]]) -> [Int] {
    let (count, cosines) = (vectors.count, cosines(of: vectors))
    guard let least = cosines.indices.min(by: { cosines[$0] < cosines[$1] }) else { return [] }
    var order = [least / count]
    var left = Set(0..<count).subtracting(order)
    while let last = order.last,
      let next = left.min(by: {
        let (first, second) = (cosines[last * count + $0], cosines[last * count + $1])
        return first != second ? first > second : $0 < $1
      })
    {
      order.append(next)
      left.remove(next)
    }
    return order
  }
}
