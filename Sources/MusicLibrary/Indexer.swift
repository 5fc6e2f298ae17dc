internal import AnalysisLines
internal import AudioDecoding
public import Catalogue
public import Embedding
public import FileAccess
internal import Fingerprinting
internal import Hashing
internal import ParallelWork
internal import Synchronization
internal import VectorIndex

/// Brings a library in step with folders of music.
///
/// Results are kept in batches, each of them whole or not at all, so a run that is killed loses at
/// most the last batch and the next run goes on from there.
public struct Indexer {
  /// A batch is kept after this many files.
  static let batchSize = 64

  private let catalogue: Catalogue
  private let location: LibraryLocation
  private let model: EmbeddingModel
  private let analyst: any TrackAnalyst
  private let options: IndexOptions
  private let now: () -> Int64
  private let clock: () -> Double

  /// - Parameters:
  ///   - catalogue: the library, open for writing.
  ///   - location: where it lies.
  ///   - model: the model that makes the vectors.
  ///   - analyst: who listens to the files, with the same model.
  ///   - now: seconds since 1970, to note since when a file is missing.
  ///   - clock: seconds from any beginning, to judge how long the run will take.
  public init(
    catalogue: Catalogue, location: LibraryLocation, model: EmbeddingModel,
    analyst: any TrackAnalyst, options: IndexOptions, now: @escaping () -> Int64,
    clock: @escaping () -> Double
  ) {
    self.catalogue = catalogue
    self.location = location
    self.model = model
    self.analyst = analyst
    self.options = options
    self.now = now
    self.clock = clock
  }

  /// Indexes folders and single files.
  /// - Parameters:
  ///   - roots: absolute paths.
  ///   - report: told what happens; false asks the run to stop soon and soundly.
  /// - Throws: `FileAccessError` when a root cannot be read, `CatalogueError`, `SearchFileError`,
  ///   `WorkerStartError` when there is no worker to listen.
  public func run(_ roots: [FilePath], report: (IndexEvent) -> Bool) throws -> IndexSummary {
    var wanted = true
    let scan = try FolderScan(
      roots, followLinks: options.followLinks, excluding: options.exclusions
    ) { found in
      wanted = report(.scanning(found: found))
      return wanted
    }
    var summary = IndexSummary()
    summary.found = scan.files.count
    let unreadable = scan.skipped.filter { $0.reason == .unreadable }.map(\.path)
    summary.unreadable = unreadable.count
    summary.skipped = scan.skipped.count - unreadable.count
    summary.excluded = scan.skipped.count { $0.reason.isChosen }
    for path in unreadable { _ = report(.unreadable(path)) }
    guard wanted else {
      summary.isInterrupted = true
      return summary
    }
    let record = try catalogue.record(model)
    let pending = try plan(scan, record: record, summary: &summary)
    if summary.outdated > 0 { _ = report(.outdated(summary.outdated)) }
    if summary.withoutSections > 0 { _ = report(.withoutSections(summary.withoutSections)) }
    if report(.started(pending: pending.count)) {
      // A root that is itself a link was asked for by name.
      let linkable = options.followLinks ? nil : Set(roots)
      try work(
        through: pending, followLinks: { linkable?.contains($0) ?? true }, record: record,
        summary: &summary, report: report)
    } else {
      summary.isInterrupted = true
    }
    if !summary.isInterrupted { try markMissing(scan, roots: roots, summary: &summary) }
    _ = report(.finishing)
    // Whoever stops a run does not wait for the search file of a large library: the next question
    // makes it.
    if !summary.isInterrupted {
      try LibrarySearch.refresh(catalogue: catalogue, location: location, model: record)
      try TrackFacts.refresh(catalogue: catalogue, location: location)
      try catalogue.checkpoint()
    }
    return summary
  }

  /// The files that must be opened; what the library knows of the others is put right.
  private func plan(
    _ scan: FolderScan, record: ModelRecord, summary: inout IndexSummary
  ) throws -> [FileStamp] {
    let files = try catalogue.files()
    let failed = try catalogue.failedFiles()
    let unreadable = AudioDecodingError.Code.unreadable.rawValue
    let complete = try completeTracks(record)
    let tracks = Set(complete.values)
    let outdated =
      options.descriptors
      ? try catalogue.tracksDescribed(beforeVersion: TrackDescriptors.version) : []
    let withoutSections = try tracksWithoutSections(record)
    var pending: [FileStamp] = []
    var returned: [Int64] = []
    for stamp in scan.files {
      guard let file = files[stamp.path], file.stamp == stamp, !options.force else {
        pending.append(stamp)
        continue
      }
      // A file that could not be read may be readable now, without having changed.
      if let code = failed[file.number], code != unreadable, !options.retryFailed {
        summary.failedBefore += 1
      } else if let track = file.track, tracks.contains(track) {
        summary.unchanged += 1
      } else {
        pending.append(stamp)
        if let track = file.track {
          if outdated.contains(track) {
            summary.outdated += 1
          } else if withoutSections.contains(track) {
            summary.withoutSections += 1
          }
        }
        continue
      }
      if file.isMissing { returned.append(file.number) }
    }
    if !returned.isEmpty {
      try catalogue.transaction { () throws(CatalogueError) in
        try catalogue.mark(files: returned, missingSince: nil)
      }
    }
    return pending
  }

  /// The long tracks that have a vector and no sections, where these are wanted.
  private func tracksWithoutSections(_ record: ModelRecord) throws -> Set<Int64> {
    guard options.sections else { return [] }
    return try catalogue.tracksWithoutSections(
      longerThan: TrackSections.longestWhole, model: record)
  }

  /// The sounds that need no decoding: those with a vector and, where wanted, sections, descriptors and a
  /// fingerprint.
  private func completeTracks(_ record: ModelRecord) throws -> [Digest: Int64] {
    var complete = try catalogue.embeddedTracks(model: record)
    let withoutSections = try tracksWithoutSections(record)
    if !withoutSections.isEmpty {
      complete = complete.filter { !withoutSections.contains($0.value) }
    }
    if options.descriptors {
      let described = try catalogue.describedTracks(version: TrackDescriptors.version)
      complete = complete.filter { described.contains($0.value) }
    }
    guard options.fingerprints else { return complete }
    let printed = try catalogue.fingerprintedTracks(algorithm: Fingerprint.currentAlgorithm)
    let whole = complete.filter { printed.contains($0.value) }
    // What cannot be made is not waited for. It takes time to find out, so only where it matters.
    return whole.count == complete.count || (try? Fingerprinter()) != nil ? whole : complete
  }

  /// Tells once, and of the first track without a fingerprint, why none can be made.
  private func tellOfMissingFingerprint(
    _ summary: inout IndexSummary, report: (IndexEvent) -> Bool
  ) {
    guard options.fingerprints, !summary.isWithoutFingerprints else { return }
    do throws(FingerprintingError) {
      _ = try Fingerprinter()
    } catch {
      summary.isWithoutFingerprints = true
      _ = report(.withoutFingerprints(error))
    }
  }

  private func work(
    through pending: [FileStamp], followLinks: @escaping @Sendable (FilePath) -> Bool,
    record: ModelRecord, summary: inout IndexSummary, report: (IndexEvent) -> Bool
  ) throws {
    let analyst = analyst
    let known = KnownSounds(options.force ? [] : Set(try completeTracks(record).keys))
    var batch: [AnalysisOutcome] = []
    var done = 0
    var sample = IndexSample(pending, start: clock())
    try ParallelWork.run(
      sample.files, width: options.workers, ordered: false,
      work: { stamp in
        analyst.analyse(stamp, followLinks: followLinks(stamp.path)) { known.contains($0) }
      },
      receive: { stamp, outcome in
        if case .unavailable(let error) = outcome { throw error }
        if let estimate = sample.take(stamp, seconds: outcome.seconds, now: clock()) {
          _ = report(.estimated(estimate))
        }
        batch.append(outcome)
        done += 1
        if batch.count == Self.batchSize {
          try keep(batch, record: record, known: known, summary: &summary, report: report)
          batch.removeAll()
        }
        let goOn = report(.progressed(done: done, pending: pending.count))
        if !goOn { summary.isInterrupted = done < pending.count }
        return goOn
      })
    try keep(batch, record: record, known: known, summary: &summary, report: report)
  }

  /// Keeps a batch in one transaction, then tells of it.
  private func keep(
    _ batch: [AnalysisOutcome], record: ModelRecord, known: KnownSounds,
    summary: inout IndexSummary, report: (IndexEvent) -> Bool
  ) throws {
    guard !batch.isEmpty else { return }
    let noted = try batch.filter { try !isPassedOver($0) }
    summary.skipped += batch.count - noted.count
    try catalogue.transaction { () throws(CatalogueError) in
      for outcome in noted { try keep(outcome, record: record) }
    }
    for outcome in noted {
      switch outcome {
      case .analysed(let stamp, let analysis):
        known.insert(analysis.sound.identity)
        summary.analysed += 1
        if analysis.fingerprint == nil { tellOfMissingFingerprint(&summary, report: report) }
        if !analysis.warnings.isEmpty {
          summary.warned += 1
          _ = report(.warned(stamp.path, analysis.warnings))
        }
      case .known: summary.known += 1
      case .failed(let stamp, let failure):
        summary.failed += 1
        _ = report(.failed(stamp.path, failure))
      case .unfinished, .unavailable: break
      }
    }
  }

  private func keep(
    _ outcome: AnalysisOutcome, record: ModelRecord
  ) throws(CatalogueError) {
    switch outcome {
    case .analysed(let stamp, let analysis):
      let track = try catalogue.record(analysis.sound, addedAt: now())
      try catalogue.record(analysis.embedding, of: track, model: record)
      if options.sections, analysis.sound.seconds > TrackSections.longestWhole {
        // None is noted, too, so that nobody listens for them again.
        try catalogue.record(analysis.sections ?? [], of: track, model: record)
      }
      if let descriptors = analysis.descriptors {
        try catalogue.record(descriptors, of: track)
      }
      if let fingerprint = analysis.fingerprint {
        try catalogue.record(fingerprint, of: track)
      }
      try catalogue.record(stamp, holding: track, tags: analysis.tags)
    case .known(let stamp, let identity, let tags):
      guard let track = try catalogue.track(identity: identity) else {
        preconditionFailure("a known sound without a track: \(identity)")
      }
      try catalogue.record(stamp, holding: track, tags: tags)
    case .failed(let stamp, let failure):
      let code = AudioDecodingError.Code(rawValue: failure.code)
      // What vanished between scan and opening is left to the next scan.
      guard code != .notFound else { return }
      // What cannot be read for the moment is still what it was.
      if code == .unreadable, try catalogue.file(at: stamp.path)?.track != nil { return }
      try catalogue.record(stamp, failure: failure.code, reason: failure.message)
    case .unfinished, .unavailable: break
    }
  }

  /// Whether a file holds no music, its name never promised any, and the library knows of none.
  private func isPassedOver(_ outcome: AnalysisOutcome) throws(CatalogueError) -> Bool {
    guard case .failed(let stamp, let failure) = outcome,
      MusicNames.isNoMusic(stamp.path, code: failure.code)
    else { return false }
    return try catalogue.file(at: stamp.path) == nil
  }

  /// Marks the files that the library knows under the roots and that the walk did not find, except
  /// in folders that could not be read or were walked through under another name. Those that are
  /// excluded are marked too, so that they are no longer suggested, and counted apart.
  private func markMissing(
    _ scan: FolderScan, roots: [FilePath], summary: inout IndexSummary
  ) throws {
    let found = Set(scan.files.map(\.path))
    let unseen = Set(scan.skipped.filter { [.unreadable, .loop].contains($0.reason) }.map(\.path))
    let excluded = Set(scan.skipped.filter { $0.reason.isChosen }.map(\.path))
    let gone = try catalogue.files().values.filter { file in
      let path = file.stamp.path
      return !file.isMissing && !found.contains(path) && roots.contains { path.isInside($0) }
        && !unseen.covers(path)
    }
    guard !gone.isEmpty else { return }
    try catalogue.transaction { () throws(CatalogueError) in
      try catalogue.mark(files: gone.map(\.number), missingSince: now())
    }
    summary.setAside = gone.count { excluded.covers($0.stamp.path) }
    summary.missing = gone.count - summary.setAside
  }
}

extension FolderScan.Reason {
  /// Whether somebody wanted it passed over.
  fileprivate var isChosen: Bool { self == .excluded || self == .marked }
}

extension Set<FilePath> {
  /// Whether it holds a path or a folder above it.
  fileprivate func covers(_ path: FilePath) -> Bool {
    guard !isEmpty else { return false }
    var path = path
    while !contains(path) {
      if path.parent == path { return false }
      path = path.parent
    }
    return true
  }
}

/// The sounds the library holds, shared by the threads of a run.
private final class KnownSounds: Sendable {
  private let identities: Mutex<Set<Digest>>

  init(_ identities: Set<Digest>) { self.identities = Mutex(identities) }

  func contains(_ identity: Digest) -> Bool { identities.withLock { $0.contains(identity) } }

  func insert(_ identity: Digest) { identities.withLock { _ = $0.insert(identity) } }
}

extension Catalogue {
  /// The row of a model, made when it is new.
  func record(_ model: EmbeddingModel) throws(CatalogueError) -> ModelRecord {
    try record(model: model.identity, name: model.name, dimension: model.dimension)
  }
}

extension AnalysisOutcome {
  /// The length of the music that was listened to the first time.
  fileprivate var seconds: Double? {
    if case .analysed(_, let analysis) = self { analysis.sound.seconds } else { nil }
  }
}
