public import Catalogue
internal import Embedding
internal import MusicLibrary

/// Tracks that share a label.
public struct TrackGroup: Sendable {
  /// The label as most of them write it.
  public let name: String
  /// The tracks, ascending.
  public let tracks: [Int64]
  /// How alike it is to what was asked about, 0 to 1: the share of the squared distance between their
  /// tracks that does not come from the distance between the two means.
  public let similarity: Float
  /// The cosine of the two means, -1 to 1.
  public let cosine: Float
}

/// What groups are made by.
public enum TrackLabel: Sendable {
  /// Who plays.
  case artist
  /// The genre as written.
  case genre
}

/// Finds the artists or genres that sound most like some tracks, by mean and spread of their vectors.
///
/// A group is all its tracks, not their mean: one that is wide comes near to more than its mean says,
/// and of one with few tracks the spread is hardly known, so that of the others stands in for it.
public struct GroupSearch {
  private let catalogue: Catalogue
  private let model: ModelRecord

  /// Searches among the vectors of a model.
  public init(catalogue: Catalogue, model: ModelRecord) {
    self.catalogue = catalogue
    self.model = model
  }

  /// The groups most like these tracks, nearest first.
  /// - Parameters:
  ///   - vector: the direction of what is asked about.
  ///   - seeds: the tracks that are asked about, none for something that the library does not hold. The
  ///     groups that all of them belong to are left out.
  public func nearest(
    _ label: TrackLabel, to vector: [Float], seeds: Set<Int64>, count: Int
  ) throws(CatalogueError) -> [TrackGroup] {
    let (groups, asked) = try gather(label, seeds: seeds)
    let spreads = groups.values.filter { $0.tracks.count > 1 }
    let common =
      spreads.isEmpty ? 0.5 : spreads.reduce(0) { $0 + $1.spread } / Float(spreads.count)
    var own = asked
    if own.tracks.isEmpty { own.add(0, vector) }
    let found = groups.values.filter { !$0.isAll(of: seeds) }.map { group in
      let (left, right) = (own.mean, group.mean)
      let apart = zip(left, right).reduce(Float(0)) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
      let within = own.spread(shrunkTo: common) + group.spread(shrunkTo: common)
      return TrackGroup(
        name: group.name, tracks: group.tracks.sorted(), similarity: within / (within + apart),
        cosine: Self.cosine(left, right))
    }
    let sorted = found.sorted {
      $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.name < $1.name
    }
    return Array(sorted.prefix(count))
  }

  /// One group while it is gathered.
  private struct Gathered {
    var spellings: [String: Int] = [:]
    var tracks: [Int64] = []
    private var sum: [Float] = []

    mutating func add(_ track: Int64, _ vector: [Float]) {
      tracks.append(track)
      if sum.isEmpty { sum = [Float](repeating: 0, count: vector.count) }
      for (place, value) in vector.enumerated() { sum[place] += value }
    }

    /// The spelling that most tracks have.
    var name: String {
      spellings.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    }

    var mean: [Float] { sum.map { $0 / Float(tracks.count) } }

    /// The mean squared distance from the mean, of unit vectors, as if it were known without error.
    var spread: Float {
      let square = mean.reduce(0) { $0 + $1 * $1 }
      let count = Float(tracks.count)
      return count > 1 ? max(0, 1 - square) * count / (count - 1) : 0
    }

    /// Of few tracks mostly that of all groups: it counts as three tracks.
    func spread(shrunkTo common: Float) -> Float {
      let count = Float(tracks.count - 1)
      return (count * spread + 3 * common) / (count + 3)
    }

    func isAll(of seeds: Set<Int64>) -> Bool {
      !seeds.isEmpty && tracks.count >= seeds.count && seeds.isSubset(of: tracks)
    }
  }

  private func gather(
    _ label: TrackLabel, seeds: Set<Int64>
  ) throws(CatalogueError) -> (groups: [String: Gathered], asked: Gathered) {
    var names: [Int64: String] = [:]
    try catalogue.forEachTrackFacts { facts in
      names[facts.track] = label == .artist ? facts.artist : facts.genre
    }
    var groups: [String: Gathered] = [:]
    var asked = Gathered()
    try catalogue.forEachVector(model: model) { track, vector in
      if seeds.contains(track) { asked.add(track, vector) }
      guard let name = names[track] else { return }
      groups[name.lowercased(), default: Gathered()].add(track, vector)
      groups[name.lowercased()]?.spellings[name, default: 0] += 1
    }
    return (groups, asked)
  }

  private static func cosine(_ left: [Float], _ right: [Float]) -> Float {
    let product = zip(left, right).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    let squares =
      left.reduce(Float(0)) { $0 + $1 * $1 } * right.reduce(Float(0)) { $0 + $1 * $1 }
    return squares > 0 ? max(-1, min(1, product / squares.squareRoot())) : 0
  }
}
