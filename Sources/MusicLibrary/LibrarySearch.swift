public import Catalogue
internal import FileAccess
internal import Hashing
public import VectorIndex

/// The nearest tracks of a library, through its search file. The library is the truth: a search file
/// that is damaged anywhere is made again, and the vectors are searched in memory meanwhile.
public final class LibrarySearch {
  private let catalogue: Catalogue
  private let location: LibraryLocation
  private let model: ModelRecord
  private var vectors: Vectors

  private enum Vectors {
    case file(SearchFile)
    case memory(ExactSearch)
  }

  /// How similar pairs of the library's tracks are; nil when it holds fewer than two.
  public let pairDistribution: PairDistribution?

  /// How many vectors are searched.
  public var count: Int {
    switch vectors {
    case .file(let file): file.count
    case .memory(let vectors): vectors.keys.count
    }
  }

  /// Opens the search file of a model, made anew when it is missing, damaged or out of step with the
  /// library. Where it cannot be written the vectors are searched in memory.
  /// - Throws: `CatalogueError`, or `SearchFileError` when reading fails.
  public init(catalogue: Catalogue, location: LibraryLocation, model: ModelRecord) throws {
    self.catalogue = catalogue
    self.location = location
    self.model = model
    if let file = try Self.current(catalogue: catalogue, location: location, model: model) {
      do throws(SearchFileError) {
        pairDistribution = try file.pairDistribution()
        vectors = .file(file)
        return
      } catch  where error.code == .damaged {
        // Made again below.
      }
    }
    let loaded = try Self.rewrite(catalogue: catalogue, location: location, model: model)
    vectors = .memory(loaded)
    pairDistribution = PairDistribution(of: loaded)
  }

  /// The nearest tracks by cosine, nearest first.
  /// - Parameters:
  ///   - query: a unit vector of the model's dimension.
  ///   - count: how many at the most.
  ///   - excluded: tracks that do not count.
  /// - Throws: `CatalogueError`, or `SearchFileError` when reading fails.
  public func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64>
  ) throws -> [Neighbour] {
    let file: SearchFile
    switch vectors {
    case .memory(let vectors):
      return vectors.nearest(to: query, count: count, excluding: excluded)
    case .file(let open): file = open
    }
    do throws(SearchFileError) {
      return try file.nearest(to: query, count: count, excluding: excluded)
    } catch  where error.code == .damaged {
      let loaded = try Self.rewrite(catalogue: catalogue, location: location, model: model)
      vectors = .memory(loaded)
      return loaded.nearest(to: query, count: count, excluding: excluded)
    }
  }

  /// Reads the vectors from the library, and writes the search file where that is possible.
  private static func rewrite(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws -> ExactSearch {
    let (vectors, generation) = try load(catalogue: catalogue, model: model)
    let path = try path(catalogue: catalogue, location: location, model: model)
    try? SearchFile.write(vectors, model: model.identity, generation: generation, to: path)
    return vectors
  }

  /// Writes the search file when it is out of step with the library.
  static func refresh(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws {
    if try current(catalogue: catalogue, location: location, model: model) != nil { return }
    let (vectors, generation) = try load(catalogue: catalogue, model: model)
    try SearchFile.write(
      vectors, model: model.identity, generation: generation,
      to: path(catalogue: catalogue, location: location, model: model))
  }

  private static func current(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws -> SearchFile? {
    let path = try path(catalogue: catalogue, location: location, model: model)
    guard let file = try? SearchFile(path, resident: false), file.model == model.identity,
      file.dimension == model.dimension, try file.generation == catalogue.generation()
    else { return nil }
    return file
  }

  private static func path(
    catalogue: Catalogue, location: LibraryLocation, model: ModelRecord
  ) throws -> FilePath {
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
      return (
        ExactSearch(dimension: model.dimension, keys: keys, values: values),
        try catalogue.generation()
      )
    }
  }
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
