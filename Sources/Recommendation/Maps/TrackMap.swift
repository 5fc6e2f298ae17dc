public import Catalogue
internal import Hashing
public import LatentSpace

/// Where the tracks of a library lie on a map.
public struct TrackMap: Sendable {
  /// How it was laid out.
  public let settings: MapSettings
  /// The tracks, ascending.
  public let tracks: [Int64]
  /// Where each lies: tracks.count × dimensions, row-major.
  public let places: [Float]
  /// The shares of the variance that the axes hold, of principal components; else empty.
  public let varianceShares: [Double]
  /// How many tracks came to a map that was there, and moved none.
  public let laterCount: Int
  /// How many tracks came to it just now; all of a new map.
  public let newCount: Int
  /// The vectors of the tracks.
  public let vectors: VectorSet
  let basis: PrincipalComponents?

  /// 2 or 3.
  public var dimensions: Int { settings.dimensions }

  /// Finds places for vectors that are not on it.
  /// - Parameter others: unit vectors of the same model.
  /// - Returns: others.count × ``dimensions`` positions.
  public func place(_ others: VectorSet) -> [Float] {
    Placing(settings: settings, basis: basis).place(others, among: vectors, on: places)
  }

  /// Says the map again for the library.
  var record: MapRecord {
    MapRecord(
      settings: settings.key, dimensions: dimensions, laidOutCount: tracks.count - laterCount,
      tracks: tracks, vectors: Self.checksums(of: vectors), places: places,
      basis: basis.map {
        $0.mean + $0.components + $0.explainedVariance.map { Float($0) }
          + $0.explainedVarianceRatio.map { Float($0) }
      } ?? [])
  }

  static func checksums(of vectors: VectorSet) -> [UInt32] {
    vectors.values.withUnsafeBytes { bytes in
      let length = 4 * vectors.dimension
      return (0..<vectors.count).map {
        CRC32C.checksum(
          of: UnsafeRawBufferPointer(rebasing: bytes[($0 * length)..<(($0 + 1) * length)]))
      }
    }
  }
}

extension Recommender {
  /// Lays out the tracks that have vectors, or takes the map that is kept under the same settings: tracks
  /// that are not on it yet are put there, and those that are stay where they are.
  /// - Parameters:
  ///   - settings: how it is laid out.
  ///   - redo: whether a map that is kept is laid out again.
  ///   - progress: told how far it is.
  /// - Throws: `CatalogueError`, `LatentSpaceError`, `LinearAlgebraError`.
  public func map(
    _ settings: MapSettings, redo: Bool = false, progress: (MapStep) -> Void = { _ in }
  ) throws -> TrackMap {
    var tracks: [Int64] = []
    var values: [Float] = []
    try catalogue.forEachVector(model: model) { track, vector in
      tracks.append(track)
      values += vector
    }
    let vectors = try VectorSet(values: values, dimension: model.dimension)
    if !redo, let kept = try catalogue.map(settings: settings.key, model: model),
      let map = TrackMap(kept, extendedTo: tracks, vectors, settings, progress)
    {
      return map
    }
    return try TrackMap(tracks, vectors, settings, progress)
  }

  /// Keeps a map in the library, in the place of the one of the same settings.
  /// - Parameter catalogue: open for writing.
  public func keep(_ map: TrackMap, in catalogue: Catalogue) throws(CatalogueError) {
    try catalogue.record(map.record, model: model)
  }
}

extension TrackMap {
  /// So few tracks have nothing that could be laid out.
  private static let fewest = 3

  /// Lays out a map.
  fileprivate init(
    _ tracks: [Int64], _ vectors: VectorSet, _ settings: MapSettings, _ progress: (MapStep) -> Void
  ) throws {
    self.settings = settings
    self.tracks = tracks
    self.vectors = vectors
    (laterCount, newCount) = (0, tracks.count)
    let dimensions = settings.dimensions
    guard vectors.count >= Self.fewest, vectors.dimension >= dimensions else {
      // In a row, so that they do not lie on one another.
      places =
        vectors.values.isEmpty
        ? []
        : (0..<vectors.count).flatMap { [Float($0)] + [Float](repeating: 0, count: dimensions - 1) }
      (varianceShares, basis) = ([], nil)
      return
    }
    // Tracks are numbered as workers were done with them; the map is not to depend on that.
    let order = Self.order(of: vectors)
    let sorted = vectors.selecting(order)
    let components = try PrincipalComponents(of: sorted, count: dimensions)
    let start = components.project(sorted)
    func graph(_ neighbourCount: Int) -> NeighbourGraph {
      NeighbourGraph(of: sorted, neighbourCount: neighbourCount) {
        progress(.neighbours($0, of: vectors.count))
      }
    }
    let laidOut: [Float]
    switch settings.method {
    case .principalComponents:
      laidOut = start
    case .stochasticNeighbours(let method):
      let steps = method.earlyIterationCount + method.iterationCount
      laidOut = method.layout(of: graph(method.neighbourCount), start: start) {
        progress(.layout($0, of: steps))
      }
    case .uniformManifold(let method):
      let steps = method.epochCount(for: vectors.count)
      laidOut = method.layout(of: graph(method.neighbourCount), start: start) {
        progress(.layout($0, of: steps))
      }
    }
    var places = [Float](repeating: 0, count: laidOut.count)
    for (place, row) in order.enumerated() {
      for axis in 0..<dimensions {
        places[row * dimensions + axis] = laidOut[place * dimensions + axis]
      }
    }
    self.places = places
    let isLinear = settings.method == .principalComponents
    basis = isLinear ? components : nil
    varianceShares = isLinear ? components.explainedVarianceRatio : []
  }

  /// The rows in an order that depends on nothing but the vectors.
  private static func order(of vectors: VectorSet) -> [Int] {
    let sums = checksums(of: vectors)
    return (0..<vectors.count).sorted {
      sums[$0] != sums[$1]
        ? sums[$0] < sums[$1] : vectors.row($0).lexicographicallyPrecedes(vectors.row($1))
    }
  }

  /// Puts the tracks that are not on a map there; nil where the map is of no use for these vectors.
  fileprivate init?(
    _ kept: MapRecord, extendedTo tracks: [Int64], _ vectors: VectorSet, _ settings: MapSettings,
    _ progress: (MapStep) -> Void
  ) {
    let dimensions = settings.dimensions
    guard kept.dimensions == dimensions else { return nil }
    if settings.method == .principalComponents {
      guard let basis = PrincipalComponents(kept.basis, dimension: vectors.dimension, dimensions)
      else { return nil }
      self.basis = basis
      varianceShares = basis.explainedVarianceRatio
    } else {
      (basis, varianceShares) = (nil, [])
    }
    // Both are ascending. A track whose vector is another one now is a new one.
    let sums = Self.checksums(of: vectors)
    var places = [Float](repeating: 0, count: tracks.count * dimensions)
    var (known, new) = ([Int](), [Int]())
    var place = 0
    for (row, track) in tracks.enumerated() {
      while place < kept.tracks.count, kept.tracks[place] < track { place += 1 }
      if place < kept.tracks.count, kept.tracks[place] == track, kept.vectors[place] == sums[row] {
        known.append(row)
        for axis in 0..<dimensions {
          places[row * dimensions + axis] = kept.places[place * dimensions + axis]
        }
      } else {
        new.append(row)
      }
    }
    // A map of which hardly anything is left tells nothing of where the others belong.
    let most = min(kept.tracks.count, tracks.count)
    guard known.count >= Self.fewest, 2 * known.count >= most else { return nil }
    if !new.isEmpty {
      let found = Placing(settings: settings, basis: basis).place(
        vectors.selecting(new), among: vectors.selecting(known),
        on: known.flatMap { places[($0 * dimensions)..<(($0 + 1) * dimensions)] })
      for (number, row) in new.enumerated() {
        for axis in 0..<dimensions {
          places[row * dimensions + axis] = found[number * dimensions + axis]
        }
      }
      progress(.layout(1, of: 1))
    }
    self.settings = settings
    self.tracks = tracks
    self.places = places
    self.vectors = vectors
    newCount = new.count
    let laterBefore = max(0, kept.tracks.count - kept.laidOutCount)
    laterCount = min(tracks.count, laterBefore + new.count)
  }
}

/// Puts vectors on a map that stays as it is.
private struct Placing {
  let settings: MapSettings
  let basis: PrincipalComponents?

  func place(_ new: VectorSet, among known: VectorSet, on places: [Float]) -> [Float] {
    func graph(_ neighbourCount: Int) -> NeighbourGraph {
      NeighbourGraph(from: new, to: known, neighbourCount: neighbourCount)
    }
    // With nothing around it any place is as good.
    guard known.count > 0 else {
      return [Float](repeating: 0, count: new.count * settings.dimensions)
    }
    switch settings.method {
    case .principalComponents:
      if let basis { return basis.project(new) }
      // Of so few tracks there are no components: where the nearest is.
      return graph(1).neighbours.flatMap { row in
        let first = Int(row) * settings.dimensions
        return places[first..<(first + settings.dimensions)]
      }
    case .stochasticNeighbours(let method):
      return method.place(graph(TSNE.placingNeighbourCount), on: places)
    case .uniformManifold(let method):
      return method.place(graph(method.neighbourCount), on: places)
    }
  }
}

extension PrincipalComponents {
  /// What a map keeps of them; nil where it is not that.
  fileprivate init?(_ basis: [Float], dimension: Int, _ count: Int) {
    guard basis.count == dimension * (count + 1) + 2 * count, basis.allSatisfy(\.isFinite)
    else { return nil }
    let shares = (1 + count) * dimension
    self.init(
      mean: Array(basis.prefix(dimension)), components: Array(basis[dimension..<shares]),
      explainedVariance: basis[shares..<(shares + count)].map { Double($0) },
      explainedVarianceRatio: basis[(shares + count)...].map { Double($0) })
  }
}
