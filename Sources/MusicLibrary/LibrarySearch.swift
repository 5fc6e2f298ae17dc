public import Catalogue
internal import FileAccess
internal import Hashing
public import VectorIndex

/// The nearest tracks of a library, and the nearest of their sections, through its search file. The library
/// is the truth: a search file that is damaged anywhere is made again, and the vectors are searched in
/// memory meanwhile.
public final class LibrarySearch {
  private let catalogue: Catalogue
  private let location: LibraryLocation
  private let model: ModelRecord
  private var vectors: SearchedVectors

  /// How similar pairs of the library's tracks are; nil when it holds fewer than two.
  public let pairDistribution: PairDistribution?

  /// How many tracks are searched.
  public var count: Int { vectors.wholeCount }

  /// The generation of the library whose vectors are searched.
  public var generation: Int { vectors.generation }

  /// Opens the search file of a model, made anew when it is missing, damaged or out of step with the
  /// library. Where it cannot be written the vectors are searched in memory.
  /// - Parameter resident: whether what is compared with each query is kept in memory, for many
  ///   queries.
  /// - Throws: `CatalogueError`, or `SearchFileError` when reading fails.
  public init(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord, resident: Bool = false
  ) throws {
    self.catalogue = catalogue
    self.location = location
    self.model = model
    if let file = try Self.current(
      catalogue: catalogue, location: location, model: model, resident: resident)
    {
      do throws(SearchFileError) {
        let (distribution, searched) = (try file.pairDistribution(), try SearchedVectors(file))
        pairDistribution = distribution
        vectors = searched
        return
      } catch  where error.code == .damaged {
        // Made again below.
      }
    }
    let (loaded, generation) = try Self.rewrite(
      catalogue: catalogue, location: location, model: model)
    pairDistribution = PairDistribution(of: loaded)
    if resident,
      let file = try Self.current(
        catalogue: catalogue, location: location, model: model, resident: true)
    {
      vectors = try SearchedVectors(file)
    } else {
      vectors = SearchedVectors(loaded, generation: generation)
    }
  }

  /// The nearest tracks by cosine, nearest first.
  /// - Parameters:
  ///   - query: a unit vector of the model's dimension.
  ///   - count: how many at the most.
  ///   - excluded: tracks that do not count.
  ///   - filter: the tracks that count (``filter(tracks:)``), nil for all.
  ///   - withSections: whether a track may also be found by one of its sections: it is as near as the
  ///     nearest of them, or as the whole where that is nearer.
  /// - Throws: `CatalogueError`, or `SearchFileError` when reading fails.
  public func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64>, among filter: TrackFilter? = nil,
    withSections: Bool = false
  ) throws -> [Neighbour] {
    try repairing { vectors throws(SearchFileError) in
      // A filter made before the vectors were read anew has rows of the old ones.
      var rows = filter?.rows
      if let filter, filter.model != model.identity || filter.generation != vectors.generation {
        rows = try vectors.rows(of: filter.tracks)
      }
      return withSections && vectors.hasSections
        ? try vectors.nearestOfAll(to: query, count: count, excluding: excluded, among: rows)
        : try vectors.nearestWholes(to: query, count: count, excluding: excluded, among: rows)
    }
  }

  /// The vector that makes a track a neighbour.
  /// - Throws: `CatalogueError`, or `SearchFileError` when reading fails.
  public func vector(of neighbour: Neighbour) throws -> [Float]? {
    let known = try repairing { vectors throws(SearchFileError) in try vectors.vector(of: neighbour)
    }
    if let known { return known }
    if let start = neighbour.sectionStart,
      let section = try catalogue.section(of: neighbour.key, at: start, model: model)
    {
      return section.vector
    }
    return try catalogue.vector(of: neighbour.key, model: model)
  }

  /// How similar the library's tracks are to any vector; nil when it holds fewer than two.
  /// - Throws: `CatalogueError`, or `SearchFileError` when reading fails.
  public func moments() throws -> SimilarityMoments? {
    try repairing { vectors throws(SearchFileError) in try vectors.moments() }
  }

  /// A filter that lets these tracks be answers. Made once, it serves any number of searches; after
  /// the library has changed it still does, but slower than a new one.
  /// - Throws: `CatalogueError`, or `SearchFileError` when reading fails.
  public func filter(tracks: some Sequence<Int64>) throws -> TrackFilter {
    let tracks = Array(tracks)
    return try repairing { vectors throws(SearchFileError) in
      let rows = try vectors.rows(of: tracks)
      return TrackFilter(
        tracks: tracks, rows: rows, count: vectors.wholes(among: rows).count,
        model: model.identity, generation: vectors.generation)
    }
  }

  /// Runs `body`, and where the search file turns out to be damaged makes that again and runs it on
  /// the vectors of the library.
  private func repairing<Result>(
    _ body: (SearchedVectors) throws(SearchFileError) -> Result
  ) throws -> Result {
    do throws(SearchFileError) {
      return try body(vectors)
    } catch  where error.code == .damaged {
      let (loaded, generation) = try Self.rewrite(
        catalogue: catalogue, location: location, model: model)
      vectors = SearchedVectors(loaded, generation: generation)
      return try body(vectors)
    }
  }

  /// Reads the vectors from the library, and writes the search file where that is possible.
  private static func rewrite(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws -> (vectors: ExactSearch, generation: Int) {
    let (vectors, generation) = try load(catalogue: catalogue, model: model)
    let path = try path(catalogue: catalogue, location: location, model: model)
    try? SearchFile.write(vectors, model: model.identity, generation: generation, to: path)
    return (vectors, generation)
  }

  /// Writes the search file when it is out of step with the library.
  static func refresh(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws {
    let isCurrent =
      try current(catalogue: catalogue, location: location, model: model, resident: false) != nil
    if isCurrent { return }
    try renew(catalogue: catalogue, location: location, model: model)
  }

  /// Writes the search files that are there, and that of the main model, when they are out of step.
  static func refreshAll(catalogue: Catalogue, location: LibraryLocation) throws {
    let main = try catalogue.mainModel()
    for model in try catalogue.models() {
      let path = try path(catalogue: catalogue, location: location, model: model)
      guard model == main || (try? FolderEntry(at: path, followLinks: true)) != nil else {
        continue
      }
      try refresh(catalogue: catalogue, location: location, model: model)
    }
  }

  /// Writes the search file, whatever the one that is there looks like.
  static func renew(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws {
    let (vectors, generation) = try load(catalogue: catalogue, model: model)
    try SearchFile.write(
      vectors, model: model.identity, generation: generation,
      to: path(catalogue: catalogue, location: location, model: model))
  }

  private static func current(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord, resident: Bool
  ) throws -> SearchFile? {
    let path = try path(catalogue: catalogue, location: location, model: model)
    guard let file = try? SearchFile(path, resident: resident), file.model == model.identity,
      file.dimension == model.dimension, try file.generation == catalogue.generation()
    else { return nil }
    return file
  }

  /// Where the search file of a model lies.
  static func path(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws(CatalogueError) -> FilePath {
    let main = try catalogue.mainModel()
    return location.searchFile(
      model: model.identity, isMain: main == nil || main?.identity == model.identity)
  }

  private static func load(
    catalogue: Catalogue, model: ModelRecord
  ) throws -> (vectors: ExactSearch, generation: Int) {
    try catalogue.snapshot { () throws(CatalogueError) in
      var keys: [Int64] = []
      var values: [Float] = []
      try catalogue.forEachVector(model: model) { track, vector in
        keys.append(track)
        values += vector
      }
      try catalogue.forEachSection(model: model) { track, section in
        keys.append(SectionKey.key(owner: track, start: section.start))
        values += section.vector
      }
      return (
        ExactSearch(dimension: model.dimension, keys: keys, values: values),
        try catalogue.generation()
      )
    }
  }
}

/// Tracks that may be answers of a search: a value to make once and use often, and at once.
///
/// It takes a bit for each track of the library and eight bytes for each one that is let through.
public struct TrackFilter: Sendable {
  /// The tracks.
  let tracks: [Int64]
  /// Their rows, and those of their sections, among the vectors of a model at one generation of the
  /// library.
  let rows: RowSet
  /// How many tracks are let through that have a vector.
  public let count: Int
  let model: Digest
  let generation: Int
}

extension Catalogue {
  private static var mainModelSetting: String { "main_model" }

  /// The model whose vectors answer when none is named: the one that was made so, else the first that
  /// the library has vectors of.
  public func mainModel() throws(CatalogueError) -> ModelRecord? {
    let models = try models()
    let chosen = try setting(Self.mainModelSetting)
    let first = models.filter { $0.identity.hexadecimal == chosen }
    for model in first + models where try hasVectors(model: model) { return model }
    return models.first
  }

  /// Makes a model the one whose vectors answer.
  public func setMainModel(_ model: ModelRecord) throws(CatalogueError) {
    try set(Self.mainModelSetting, to: model.identity.hexadecimal)
  }
}
