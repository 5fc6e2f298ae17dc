import AudioDecoding
import Catalogue
import Embedding
import FileAccess
import Fingerprinting
import TestSupport

@testable import MusicLibrary

#if canImport(Glibc)
  import Glibc
#endif

/// A folder of music and the library of it.
final class TestLibrary {
  let folder = TemporaryFolder()
  let music: FilePath
  let location: LibraryLocation
  let catalogue: Catalogue
  var options = IndexOptions()
  /// Short, so that the tests are quick; what is decoded is not what they are about.
  var excerpt = Excerpt.range(start: 4, end: 6)
  /// How sections are listened to, where they are wanted.
  var sectionOptions = SectionOptions(seconds: 1, clock: { 0 })
  /// The moment that the library takes for now.
  var clock: Int64 = 1_000

  static let model: EmbeddingModel = {
    do {
      return try EmbeddingModel(Repository.models.appending("feature-statistics.safetensors"))
    } catch {
      preconditionFailure("the shipped model: \(error)")
    }
  }()

  /// Copies of clips under short names.
  init(_ clips: [String: String] = [:]) throws {
    music = folder.path.appending("music")
    location = LibraryLocation(catalogue: folder.path.appending("library/library.db"))
    try FolderEntry.createFolders(music)
    catalogue = try Catalogue(location.catalogue, access: .writing)
    for (name, clip) in clips { try add(clip, as: name) }
  }

  func path(_ name: String) -> FilePath { music.appending(name) }

  static func bytes(of clip: String) throws -> [UInt8] {
    try ReadableFile(Repository.testAudio.appending(clip)).contents(limit: 1 << 22)
  }

  @discardableResult
  func add(_ clip: String, as name: String) throws -> FilePath {
    try write(try Self.bytes(of: clip), as: FilePath(name))
  }

  @discardableResult
  func write(_ bytes: [UInt8], as name: FilePath) throws -> FilePath {
    let path = music.appending(name)
    try FolderEntry.createFolders(path.parent)
    try WrittenFile.replace(path, with: bytes)
    return path
  }

  func move(_ name: String, to other: String) throws {
    try FolderEntry.createFolders(path(other).parent)
    try check(path(name).withCString { old in path(other).withCString { rename(old, $0) } })
  }

  func remove(_ name: String) throws { try check(path(name).withCString { unlink($0) }) }

  func link(_ name: String, to target: FilePath) throws {
    try check(target.withCString { target in path(name).withCString { symlink(target, $0) } })
  }

  /// Gives a file another time of change, in seconds since 1970.
  func touch(_ name: String, seconds: Int = 1_000_000_000) throws {
    let times = [timespec(tv_sec: seconds, tv_nsec: 5), timespec(tv_sec: seconds, tv_nsec: 5)]
    try check(path(name).withCString { utimensat(AT_FDCWD, $0, times, 0) })
  }

  private func check(_ status: Int32) throws {
    if status != 0 { throw SystemFailure(number: errno) }
  }

  struct SystemFailure: Error {
    let number: Int32
  }

  func indexer(model: EmbeddingModel = TestLibrary.model) -> Indexer {
    Indexer(
      catalogue: catalogue, location: location, model: model,
      analyst: TrackAnalyzer(
        model: model, excerpt: excerpt, descriptors: options.descriptors,
        fingerprinter: options.fingerprints ? try? Fingerprinter() : nil,
        sections: options.sections ? sectionOptions : nil,
        words: AnalysisWords(
          failure: { "\($0.code.rawValue) in words" }, warning: { "\($0) in words" })),
      options: options, now: { [clock] in clock }, clock: { 0 })
  }

  @discardableResult
  func index(
    _ roots: [FilePath]? = nil, report: (IndexEvent) -> Bool = { _ in true }
  ) throws -> IndexSummary {
    try indexer().run(roots ?? [music], report: report)
  }

  func record() throws -> ModelRecord {
    try catalogue.record(
      model: Self.model.identity, name: Self.model.name, dimension: Self.model.dimension)
  }

  func file(_ name: String) throws -> FileRecord? { try catalogue.file(at: path(name)) }

  /// The track that a file holds.
  func track(_ name: String) throws -> Int64? { try file(name)?.track }

  func vector(_ name: String) throws -> [Float]? {
    guard let track = try track(name) else { return nil }
    return try catalogue.vector(of: track, model: try record())
  }

  /// Whether the search file holds just the vectors of the library.
  func isSearchInStep() throws -> Bool {
    let search = try SearchFileContents(location: location)
    var vectors: [Int64: [Float]] = [:]
    try catalogue.forEachVector(model: try record()) { vectors[$0] = $1 }
    return try search.vectors == vectors && search.generation == catalogue.generation()
  }
}

extension IndexSummary {
  /// A summary of these counts and zeros.
  init(
    found: Int, unchanged: Int = 0, analysed: Int = 0, known: Int = 0, failed: Int = 0,
    failedBefore: Int = 0, skipped: Int = 0, missing: Int = 0
  ) {
    self.init()
    self.found = found
    self.unchanged = unchanged
    self.analysed = analysed
    self.known = known
    self.failed = failed
    self.failedBefore = failedBefore
    self.skipped = skipped
    self.missing = missing
  }
}
