public import AnalysisLines
public import AudioDecoding
internal import AudioTags
public import Catalogue
public import FileAccess
internal import Fingerprinting
internal import Hashing

/// Brings analyses that were made elsewhere into a library: those of another library, and what workers
/// said on other machines.
///
/// Nothing of it is believed: every line is checked, and one that is refused stops no other. Lines are
/// kept in batches, each of them whole or not at all.
public struct LibraryImport {
  /// What is done with what the library knows already.
  public struct Options: Sendable {
    /// Whether a vector takes the place of another one of the same sound, and a file that of one the
    /// library knows as other music.
    public var replaces = false
    /// Whether paths and failures are kept.
    public var withPaths = true
    /// The part of each track that the library's vectors are made from.
    public var excerpt = Excerpt.middle
    /// Where relative paths begin.
    public var folder = FilePath("/")
    /// Now, in seconds since 1970, to know what is new; nil leaves it unknown.
    public var now: Int64?

    /// The defaults.
    public init() {}
  }

  /// What came into the library.
  public struct Summary: Equatable, Sendable {
    /// Lines that held something.
    public var lines = 0
    /// Tracks with a vector that the library did not have.
    public var added = 0
    /// Vectors that took the place of others.
    public var replaced = 0
    /// Analyses that said what the library knows.
    public var known = 0
    /// Analyses whose vector differs from the library's, and files that it knows as other music; the
    /// library's were kept.
    public var conflicts = 0
    /// Files of tracks.
    public var files = 0
    /// Files that could not be made tracks.
    public var failures = 0
    /// Lines that were refused.
    public var refused = 0
    /// Those of them that are of another model.
    public var otherModel = 0
  }

  /// Why a line was refused.
  public enum Refusal: Error, Equatable, Sendable {
    /// It has more bytes than a line may have.
    case tooLong
    /// It is no line of this form.
    case unreadable(AnalysisLineError)
    /// Its vector was made by another model, of this name.
    case otherModel(String)
    /// Its vector was made from another part of the track.
    case otherExcerpt
    /// A number of the sound, or of the descriptors, is none that there is; its name.
    case outOfRange(String)
    /// It names a sound without a vector that the library does not hold.
    case unknownSound
    /// It is part of a talk between programs.
    case noAnalysis
  }

  /// A batch is kept after this many lines.
  static let batchSize = 64
  /// The most bytes of a line: a vector of the longest kind and a fingerprint take less.
  public static let longestLine = 4 << 20

  private let catalogue: Catalogue
  private let location: LibraryLocation
  private let model: ModelRecord
  private let options: Options
  private var batch: [AnalysisLine] = []
  /// The sounds of the batch.
  private var waiting: Set<Digest> = []
  /// What came in so far.
  public private(set) var summary = Summary()

  /// - Parameters:
  ///   - catalogue: the library, open for writing.
  ///   - location: where it lies.
  ///   - model: whose vectors are taken.
  public init(
    into catalogue: Catalogue, location: LibraryLocation, model: ModelRecord, options: Options
  ) {
    self.catalogue = catalogue
    self.location = location
    self.model = model
    self.options = options
  }

  /// Takes a line in, without its end.
  /// - Returns: why it was refused, nil where it was not.
  /// - Throws: `CatalogueError` when the library cannot be written.
  public mutating func add(_ bytes: [UInt8]) throws(CatalogueError) -> Refusal? {
    if bytes.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { return nil }
    guard bytes.count <= Self.longestLine else { return refuse(.tooLong) }
    let line: AnalysisLine
    do throws(AnalysisLineError) {
      line = try AnalysisLine(bytes)
    } catch {
      return refuse(.unreadable(error))
    }
    return try add(line: line)
  }

  /// Takes in what a line says.
  /// - Returns: why it was refused, nil where it was not.
  /// - Throws: `CatalogueError` when the library cannot be written.
  public mutating func add(line: AnalysisLine) throws(CatalogueError) -> Refusal? {
    if let refusal = refusal(of: line) { return refuse(refusal) }
    switch line.content {
    case .analysed(let analysis, _): waiting.insert(analysis.sound.identity)
    case .known(let identity, _):
      var isKnown = waiting.contains(identity)
      if !isKnown { isKnown = try catalogue.track(identity: identity) != nil }
      guard isKnown else { return refuse(.unknownSound) }
    case .failed, .question: break
    }
    batch.append(line)
    summary.lines += 1
    if batch.count == Self.batchSize { try keepBatch() }
    return nil
  }

  /// Notes a line that nobody could hold.
  public mutating func refuse(_ refusal: Refusal) -> Refusal {
    summary.lines += 1
    summary.refused += 1
    if case .otherModel = refusal { summary.otherModel += 1 }
    return refusal
  }

  /// Keeps what is left and brings the search file in step.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  public mutating func finish() throws {
    try keepBatch()
    try LibrarySearch.refresh(catalogue: catalogue, location: location, model: model)
    try catalogue.checkpoint()
  }

  private func refusal(of line: AnalysisLine) -> Refusal? {
    switch line.content {
    case .analysed(let analysis, let reference):
      guard reference.identity == model.identity, reference.dimension == model.dimension else {
        return .otherModel(reference.name)
      }
      if let name = analysis.sound.valueOutOfRange { return .outOfRange(name) }
      if let name = analysis.descriptors?.valueOutOfRange { return .outOfRange(name) }
      if analysis.embedding.fault(dimension: model.dimension) != nil {
        return .outOfRange("embedding")
      }
      let isOfPart = options.excerpt.isWhere(
        analysis.embedding, of: analysis.sound.seconds)
      return isOfPart ? nil : .otherExcerpt
    case .failed(let failure):
      let isCode =
        (1...40).contains(failure.code.utf8.count)
        && failure.code.utf8.allSatisfy {
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
        }
      return isCode && failure.message.utf8.count <= 1 << 12 ? nil : .outOfRange("error")
    case .known: return nil
    case .question: return .noAnalysis
    }
  }
}

/// What a batch makes of the library.
extension LibraryImport {
  private mutating func keepBatch() throws(CatalogueError) {
    guard !batch.isEmpty else { return }
    var kept = summary
    try catalogue.transaction { () throws(CatalogueError) in
      for line in batch { try keep(line, &kept) }
    }
    summary = kept
    batch.removeAll()
    waiting.removeAll()
  }

  private func keep(_ line: AnalysisLine, _ summary: inout Summary) throws(CatalogueError) {
    switch line.content {
    case .analysed(let analysis, _):
      let track = try keep(analysis, &summary)
      try keepFile(line, holding: track, analysis.tags, &summary)
    case .known(let identity, let tags):
      guard let track = try catalogue.track(identity: identity) else {
        preconditionFailure("a known sound without a track: \(identity)")
      }
      try keepFile(line, holding: track, tags, &summary)
    case .failed(let failure):
      summary.failures += 1
      guard options.withPaths, let stamp = stamp(line) else { return }
      // What could be read here is no failure.
      if try catalogue.file(at: stamp.path)?.track != nil { return }
      try catalogue.record(
        stamp, failure: failure.code,
        reason: AudioTags.clean(failure.message) ?? failure.code)
    case .question: break
    }
  }

  private func keep(
    _ analysis: TrackAnalysis, _ summary: inout Summary
  ) throws(CatalogueError) -> Int64 {
    let track: Int64
    var existing: EmbeddingRecord?
    if let known = try catalogue.track(identity: analysis.sound.identity) {
      track = known
      existing = try catalogue.embedding(of: known, model: model)
    } else {
      track = try catalogue.record(analysis.sound, addedAt: options.now)
    }
    var isNew = false
    if let existing {
      if existing.vector == analysis.embedding.vector {
        summary.known += 1
        if existing.lengths.isEmpty, !analysis.embedding.lengths.isEmpty {
          try catalogue.record(lengths: analysis.embedding.lengths, of: track, model: model)
        }
      } else if options.replaces {
        summary.replaced += 1
        isNew = true
      } else {
        summary.conflicts += 1
      }
    } else {
      summary.added += 1
      isNew = true
    }
    if isNew { try catalogue.record(analysis.embedding, of: track, model: model) }
    try keepSections(
      of: analysis, in: track, isMissing: isNew || existing?.vector == analysis.embedding.vector)
    if let error = analysis.reconstructionError,
      isNew || existing?.vector == analysis.embedding.vector
    {
      try catalogue.record(reconstructionErrors: [(track, error)], model: model)
    }
    // Numbers of other definitions would be measured anew anyway.
    if let descriptors = analysis.descriptors, descriptors.version == TrackDescriptors.version {
      let held = try catalogue.descriptors(of: track)?.version
      if isNew || held != descriptors.version { try catalogue.record(descriptors, of: track) }
    }
    if let fingerprint = analysis.fingerprint,
      fingerprint.algorithm == Fingerprint.currentAlgorithm
    {
      let held = (try? catalogue.fingerprint(of: track))?.algorithm
      if isNew || held != fingerprint.algorithm { try catalogue.record(fingerprint, of: track) }
    }
    return track
  }

  /// Keeps the sections of an analysis where the library has none of the track under its vector. A
  /// library that has some is to have them of what is indexed, too.
  private func keepSections(
    of analysis: TrackAnalysis, in track: Int64, isMissing: Bool
  ) throws(CatalogueError) {
    guard isMissing, let sections = analysis.sections,
      (try? catalogue.sections(of: track, model: model)) == nil
    else { return }
    try catalogue.record(sections, of: track, model: model)
    if !sections.isEmpty, try !catalogue.wantsSections() { try catalogue.setWantsSections() }
  }

  private func keepFile(
    _ line: AnalysisLine, holding track: Int64, _ tags: TagRecord, _ summary: inout Summary
  ) throws(CatalogueError) {
    guard options.withPaths, let stamp = stamp(line) else { return }
    if let held = try catalogue.file(at: stamp.path)?.track, held != track, !options.replaces {
      summary.conflicts += 1
      return
    }
    summary.files += 1
    try catalogue.record(stamp, holding: track, tags: tags.cleaned)
  }

  /// The file of a line; where size and time are not told, the next index run reads it.
  private func stamp(_ line: AnalysisLine) -> FileStamp? {
    guard let path = line.path?.absolute(in: options.folder) else { return nil }
    return FileStamp(
      path: path, size: line.stamp?.size ?? 0, modified: line.stamp?.modified ?? 0)
  }
}

extension Excerpt {
  /// Whether a vector was made from this part of a sound.
  /// - Parameter seconds: the length of the sound.
  func isWhere(_ embedding: EmbeddingRecord, of seconds: Double) -> Bool {
    let (start, length) = (embedding.excerptStart, embedding.excerptSeconds)
    // Samples are counted, and claims about lengths can be off by a frame.
    let slack = 0.1
    let isPreview = length <= Self.longestPreviewSeconds + slack
    switch self {
    case .start: return start <= slack && isPreview
    case .middle:
      if seconds <= Self.longestPreviewSeconds + slack, start <= slack { return isPreview }
      // A file that is cut short may end within the part.
      let isCut = start > 0 && abs(start + length - seconds) <= 1
      return isPreview && (abs(start - (seconds - Self.previewSeconds) / 2) <= 1 || isCut)
    case .full:
      return start <= slack
        && length >= min(seconds, DecodingLimits().maximumSeconds) - 1
    case .range(let first, let last):
      return abs(start - first) <= slack && length <= last - first + slack
    }
  }
}

extension TagRecord {
  /// The labels as a file's own are read: one trimmed line each, numbers that there are.
  var cleaned: TagRecord {
    TagRecord(
      title: title.flatMap(AudioTags.clean), artist: artist.flatMap(AudioTags.clean),
      album: album.flatMap(AudioTags.clean), genre: genre.flatMap(AudioTags.clean),
      year: year.flatMap(AudioTags.number), trackNumber: trackNumber.flatMap(AudioTags.number),
      plays: plays.flatMap(AudioTags.plays))
  }
}
