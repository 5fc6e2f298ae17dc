public import AnalysisLines
public import Catalogue
internal import FileAccess

/// What a library knows of its tracks under one model, for other libraries: known by the identity of
/// the sound and of the model, so that it can be shared without saying what lies where.
public struct LibraryExport {
  private let catalogue: Catalogue
  private let model: ModelRecord
  private let withPaths: Bool

  /// What left the library.
  public struct Counts: Equatable, Sendable {
    /// Tracks with a vector.
    public var tracks = 0
    /// Files; none without paths.
    public var files = 0
    /// Files that could not be made tracks; none without paths.
    public var failures = 0
    /// Tracks that were left out because their vectors are damaged.
    public var damaged = 0

    /// Nothing yet.
    public init() {}
  }

  /// - Parameters:
  ///   - catalogue: the library.
  ///   - model: whose vectors are exported.
  ///   - withPaths: whether it is told where the files lie, and which failed.
  public init(of catalogue: Catalogue, model: ModelRecord, withPaths: Bool) {
    self.catalogue = catalogue
    self.model = model
    self.withPaths = withPaths
  }

  /// The model, as lines name it.
  var reference: ModelReference {
    ModelReference(name: model.name, identity: model.identity, dimension: model.dimension)
  }

  /// How many tracks there are.
  public func trackCount() throws(CatalogueError) -> Int {
    try catalogue.vectorCount(model: model)
  }

  /// Passes every track to `body`, in the order in which they came into the library; further files of a
  /// track as sounds that are known, and failures at the end.
  /// - Parameter body: false stops it.
  public func forEachLine(
    _ body: (AnalysisLine) -> Bool
  ) throws(CatalogueError) -> Counts {
    try catalogue.snapshot { () throws(CatalogueError) in
      var counts = Counts()
      for track in try catalogue.embeddedTracks(model: model).values.sorted() {
        guard let (analysis, files) = try analysis(of: track) else {
          counts.damaged += 1
          continue
        }
        counts.tracks += 1
        let shown = withPaths ? files.first?.stamp : nil
        let line = AnalysisLine(
          path: shown?.path, stamp: shown, content: .analysed(analysis, by: reference))
        guard body(line) else { return counts }
        guard withPaths else { continue }
        counts.files += files.count
        for file in files.dropFirst() {
          let line = AnalysisLine(
            path: file.stamp.path, stamp: file.stamp,
            content: .known(analysis.sound.identity, file.tags))
          guard body(line) else { return counts }
        }
      }
      guard withPaths else { return counts }
      for failure in try catalogue.failures() {
        let stamp = (try? catalogue.file(at: failure.path))?.stamp
        let line = AnalysisLine(
          path: failure.path, stamp: stamp,
          content: .failed(AnalysisFailure(code: failure.code, message: failure.reason)))
        guard body(line) else { return counts }
        counts.failures += 1
      }
      return counts
    }
  }

  /// What is known of a track, and its files that are there; nil where its vector is damaged.
  private func analysis(
    of track: Int64
  ) throws(CatalogueError) -> (TrackAnalysis, [HeldFile])? {
    guard let embedding = try catalogue.embedding(of: track, model: model),
      let sound = try catalogue.sound(of: track), sound.valueOutOfRange == nil
    else { return nil }
    let files = try catalogue.files(of: track)
    var descriptors = try catalogue.descriptors(of: track)
    if descriptors?.valueOutOfRange != nil { descriptors = nil }
    var tags = files.first?.tags
    // A file that is not what it was has no say.
    if tags == nil { tags = (try? catalogue.track(track))?.tags }
    let analysis = TrackAnalysis(
      sound: sound, tags: tags ?? TagRecord(), embedding: embedding,
      // Damaged ones are made again where they are imported.
      sections: (try? catalogue.sections(of: track, model: model)).flatMap {
        $0.areSections(dimension: model.dimension) ? $0 : nil
      },
      descriptors: descriptors,
      fingerprint: try? catalogue.fingerprint(of: track))
    return (analysis, files)
  }
}
