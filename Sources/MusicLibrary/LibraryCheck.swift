public import Catalogue
internal import Embedding
internal import FileAccess
internal import Hashing
internal import VectorIndex

/// Looks a library over: the file itself, every vector, every number, and what lies beside it.
///
/// Nothing is changed by looking. What is found can then be mended, as far as it can be without
/// listening; the next index run does the rest.
public struct LibraryCheck {
  let catalogue: Catalogue
  let location: LibraryLocation

  /// What was looked at.
  public struct Counts: Equatable, Sendable {
    /// Sounds.
    public var tracks = 0
    /// Vectors of all models.
    public var vectors = 0
    /// Sections of long tracks, of all models.
    public var sections = 0
    /// Sets of descriptors.
    public var descriptors = 0
    /// Fingerprints.
    public var fingerprints = 0
    /// Search files that were made from the library as it is.
    public var searchFiles = 0
    /// Copies of models.
    public var modelFiles = 0
    /// Whether the full-text search could be looked at, which takes the right to write.
    public var text = false
  }

  /// - Parameters:
  ///   - catalogue: the library.
  ///   - location: where it lies.
  public init(catalogue: Catalogue, location: LibraryLocation) {
    self.catalogue = catalogue
    self.location = location
  }

  /// Looks at everything.
  /// - Parameter report: called now and then with how many of all vectors, in the library and in the
  ///   search files, were looked at.
  /// - Throws: `CatalogueError` when the library cannot be read at all.
  public func run(
    report: (_ done: Int, _ total: Int) -> Void
  ) throws(CatalogueError) -> (faults: [LibraryFault], counts: Counts) {
    var faults: [LibraryFault] = []
    var counts = Counts()
    faults += try catalogue.structuralFaults().map { LibraryFault(.structure($0)) }
    // A library that is damaged in one place may be readable in others.
    try look(&faults) { (faults) throws(CatalogueError) in
      faults += try catalogue.brokenReferences().map { LibraryFault(.references($0)) }
    }
    try look(&faults) { (faults) throws(CatalogueError) in
      let isInStep = try catalogue.isTextInStep()
      counts.text = isInStep != nil
      if isInStep == false { faults.append(LibraryFault(.text)) }
    }
    try look(&faults) { (faults) throws(CatalogueError) in
      counts.tracks = try checkSounds(&faults)
    }
    try look(&faults) { (faults) throws(CatalogueError) in
      for file in try catalogue.damagedFiles() {
        faults.append(LibraryFault(.file, file: file.number, path: file.stamp.path))
      }
      faults += try catalogue.miscountedTracks().map { LibraryFault(.fileCount, track: $0) }
    }
    try look(&faults) { (faults) throws(CatalogueError) in
      counts.descriptors = try checkDescriptors(&faults)
    }
    try look(&faults) { (faults) throws(CatalogueError) in
      let damaged = try catalogue.damagedFingerprints()
      counts.fingerprints = damaged.count
      faults += damaged.tracks.map { LibraryFault(.fingerprint, track: $0) }
    }
    try look(&faults) { (faults) throws(CatalogueError) in
      try checkModels(&faults, &counts, report: report)
    }
    for place in faults.indices { try name(&faults[place]) }
    return (faults, counts)
  }

  private func look(
    _ faults: inout [LibraryFault],
    _ body: (inout [LibraryFault]) throws(CatalogueError) -> Void
  ) throws(CatalogueError) {
    do throws(CatalogueError) {
      try body(&faults)
    } catch {
      guard error.code == .damaged else { throw error }
      if !faults.contains(where: { $0.code == "structure" }) {
        faults.append(LibraryFault(.structure("a page that cannot be read")))
      }
    }
  }

  private func checkSounds(_ faults: inout [LibraryFault]) throws(CatalogueError) -> Int {
    var numbers = NumberCheck()
    try catalogue.forEachSound {
      numbers.look(at: $1.valueOutOfRange.map(LibraryFault.Kind.sound), of: $0)
    }
    faults += numbers.faults
    return numbers.count
  }

  private func checkDescriptors(_ faults: inout [LibraryFault]) throws(CatalogueError) -> Int {
    var numbers = NumberCheck()
    try catalogue.forEachDescriptors {
      numbers.look(at: $1.valueOutOfRange.map(LibraryFault.Kind.descriptor), of: $0)
    }
    faults += numbers.faults
    return numbers.count
  }

  /// Counts what was looked at, and keeps what is wrong.
  private struct NumberCheck {
    var count = 0
    var faults: [LibraryFault] = []

    mutating func look(at kind: LibraryFault.Kind?, of track: Int64) {
      count += 1
      if let kind { faults.append(LibraryFault(kind, track: track)) }
    }
  }

  private func checkModels(
    _ faults: inout [LibraryFault], _ counts: inout Counts, report: (Int, Int) -> Void
  ) throws(CatalogueError) {
    var models: [ModelRecord] = []
    for model in try catalogue.models() where try catalogue.hasVectors(model: model) {
      models.append(model)
    }
    var total = 0
    for model in models {
      total += try catalogue.vectorCount(model: model)
      total += try catalogue.sectionCount(model: model)
    }
    for model in models {
      let file = try currentSearchFile(of: model, &faults)
      var row = 0
      var searchFault: LibraryFault.SearchFileFault?
      try catalogue.checkVectors(model: model) { track, vector, fault in
        if let fault { faults.append(LibraryFault(.vector(fault), track: track, model: model)) }
        if let file, searchFault == nil {
          searchFault = Self.compare(row, of: file, with: vector, key: track)
        }
        row += 1
        counts.vectors += 1
        if counts.vectors % 1_000 == 0 { report(counts.vectors + counts.sections, total) }
      }
      var lastFaulty: Int64?
      try catalogue.checkSections(model: model) { track, start, vector in
        if vector == nil, lastFaulty != track {
          faults.append(LibraryFault(.section, track: track, model: model))
          lastFaulty = track
        }
        if let file, searchFault == nil {
          let isKey =
            Catalogue.trackNumbers.contains(track)
            && (0...SectionRecord.latestStart).contains(start)
          searchFault =
            isKey
            ? Self.compare(
              row, of: file, with: vector, key: SectionKey.key(owner: track, start: start))
            : .differs
        }
        row += 1
        counts.sections += 1
        if counts.sections % 1_000 == 0 { report(counts.vectors + counts.sections, total) }
      }
      if try !catalogue.hasAllSections(model: model) {
        faults.append(LibraryFault(.sectionCount, model: model))
      }
      if try !catalogue.hasAllVectors(model: model) {
        faults.append(LibraryFault(.vectorCount, model: model))
      }
      if let file {
        counts.searchFiles += 1
        if searchFault == nil, file.count != row { searchFault = .differs }
        if let searchFault {
          faults.append(
            LibraryFault(.searchFile(searchFault), path: try path(of: model), model: model))
        }
      }
      if let fault = Self.modelFault(model, location) { faults.append(fault) }
      counts.modelFiles += 1
    }
  }

  /// The search file of a model where it claims to be made from the library as it is; any other is made
  /// again before it is used, so nothing is wrong with it.
  private func currentSearchFile(
    of model: ModelRecord, _ faults: inout [LibraryFault]
  ) throws(CatalogueError) -> SearchFile? {
    let path = try path(of: model)
    let generation = try catalogue.generation()
    do throws(SearchFileError) {
      let file = try SearchFile(path, resident: true)
      _ = try file.pairDistribution()
      _ = try file.moments()
      let isCurrent =
        file.model == model.identity && file.dimension == model.dimension
        && file.generation == generation
      return isCurrent ? file : nil
    } catch {
      switch error.code {
      case .unknownVersion, .file(.notFound): break
      default:
        faults.append(LibraryFault(.searchFile(.damaged), path: path, model: model))
      }
      return nil
    }
  }

  private static func compare(
    _ number: Int, of file: SearchFile, with vector: [Float]?, key: Int64
  ) -> LibraryFault.SearchFileFault? {
    guard number < file.count else { return .differs }
    do throws(SearchFileError) {
      let row = try file.row(number)
      // Of a damaged vector nobody knows what it was.
      return row.key == key && (vector == nil || row.vector == vector) ? nil : .differs
    } catch {
      return .damaged
    }
  }

  /// What is wrong with the copy of a model: it must be there, whole, and the one it says it is.
  private static func modelFault(
    _ model: ModelRecord, _ location: LibraryLocation
  ) -> LibraryFault? {
    let path = location.modelFile(model.identity)
    do throws(ModelError) {
      let copy = try EmbeddingModel(path)
      try copy.verify(path)
      guard copy.identity == model.identity, copy.dimension == model.dimension else {
        throw ModelError(code: .damaged, path: path)
      }
      return nil
    } catch {
      return LibraryFault(.modelFile(error.code), path: path, model: model)
    }
  }

  private func path(of model: ModelRecord) throws(CatalogueError) -> FilePath {
    try LibrarySearch.path(catalogue: catalogue, location: location, model: model)
  }

  /// Adds what a track is known by.
  private func name(_ fault: inout LibraryFault) throws(CatalogueError) {
    guard let number = fault.track else { return }
    do throws(CatalogueError) {
      fault.identity = try catalogue.sound(of: number)?.identity
      fault.path = try catalogue.track(number)?.path
    } catch {
      // The number of the track must do then.
      guard error.code == .damaged else { throw error }
    }
  }
}
