import AnalysisLines
import AudioDecoding
import Catalogue
import Embedding
import FileAccess
import MusicLibrary
import TestSupport
import Testing

@Suite("Indexing a folder")
struct IndexingTests {
  /// Every format there is.
  private static let clips = [
    "a/ambient.mp3": "ambient-1-glass-tide.mp3", "a/vbr.mp3": "house-4-daylight-saving.mp3",
    "a/mono.mp3": "folk-2-three-apple-trees.mp3", "b/mpeg2.mp3": "lo-fi-3-last-stop.mp3",
    "b/c/folk.flac": "folk-4-winter-coat.flac", "b/c/drums.ogg": "drum-and-bass-3-engine-room.ogg",
    "piano.wav": "piano-4-prelude-in-a-minor.wav",
  ]

  @Test("all music is found and kept, and a second run opens nothing")
  func twice() throws {
    let library = try TestLibrary(Self.clips)
    #expect(try library.index() == IndexSummary(found: 7, analysed: 7))
    for name in Self.clips.keys {
      let vector = try #require(try library.vector(name))
      let length = vector.reduce(0) { $0 + $1 * $1 }
      #expect(vector.count == 256 && abs(length - 1) < 1e-5, "\(name)")
    }
    #expect(try library.catalogue.counts().tracks == 7)
    let track = try #require(try library.track("b/c/drums.ogg"))
    let record = try #require(try library.catalogue.track(track))
    #expect(record.tags.title == "Engine Room")
    #expect(record.tags.artist == "Neon Ferry")
    #expect(
      (record.sound.codec, record.sound.sampleRate, record.sound.channels) == ("vorbis", 44_100, 2))
    #expect(abs(record.sound.seconds - 30) < 0.1)
    #expect(!record.isMissing)
    #expect(try library.isSearchInStep())

    let generation = try library.catalogue.generation()
    #expect(try library.index() == IndexSummary(found: 7, unchanged: 7))
    #expect(try library.catalogue.generation() == generation, "nothing was written")
    #expect(try library.catalogue.isSound())
  }

  @Test("two workers make the same library as one")
  func workers() throws {
    let one = try TestLibrary(Self.clips)
    let two = try TestLibrary(Self.clips)
    two.options.workers = 2
    #expect(try one.index() == (try two.index()))
    for name in Self.clips.keys {
      let vector = try #require(try one.vector(name))
      #expect(try two.vector(name)?.map(\.bitPattern) == vector.map(\.bitPattern), "\(name)")
    }
  }

  @Test("descriptors are kept where they are wanted, and made later where they were not")
  func descriptors() throws {
    let library = try TestLibrary(["a.mp3": "house-1-harbour-lights.mp3"])
    library.options.descriptors = false
    library.excerpt = .range(start: 0, end: 12)
    #expect(try library.index() == IndexSummary(found: 1, analysed: 1))
    let track = try #require(try library.track("a.mp3"))
    #expect(try library.catalogue.descriptors(of: track) == nil)
    #expect(try library.index() == IndexSummary(found: 1, unchanged: 1))

    library.options.descriptors = true
    #expect(try library.index() == IndexSummary(found: 1, analysed: 1))
    let record = try #require(try library.catalogue.descriptors(of: track))
    #expect(record.version == TrackDescriptors.version)
    // Made at 124 beats in a minute in A minor.
    #expect(abs(try #require(record.tempo) - 124) < 5)
    #expect((-40 ... -3).contains(try #require(record.loudness)))
    #expect((200...8_000).contains(try #require(record[.centroid])))
    for descriptor in Descriptor.allCases where ![.key, .mode, .loudness].contains(descriptor) {
      #expect(try #require(record[descriptor]) > 0)
    }
    #expect(record.key != nil && record.isMajor != nil && record.valueOutOfRange == nil)
    #expect(try library.index() == IndexSummary(found: 1, unchanged: 1))
  }

  @Test("descriptors of older definitions are made again, and it is told")
  func outdatedDescriptors() throws {
    let library = try TestLibrary([
      "a.mp3": "house-1-harbour-lights.mp3", "b.mp3": "rock-1-copper-wire.mp3",
    ])
    library.excerpt = .range(start: 0, end: 12)
    #expect(try library.index() == IndexSummary(found: 2, analysed: 2))
    let track = try #require(try library.track("a.mp3"))
    let current = try #require(try library.catalogue.descriptors(of: track))
    var older = current
    older.version = TrackDescriptors.version - 1
    older[.energy] = nil
    try library.catalogue.record(older, of: track)

    library.options.descriptors = false
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
    library.options.descriptors = true
    var told: [Int] = []
    let summary = try library.index { event in
      if case .outdated(let count) = event { told.append(count) }
      return true
    }
    var expected = IndexSummary(found: 2, unchanged: 1, analysed: 1)
    expected.outdated = 1
    #expect(summary == expected && told == [1])
    #expect(try library.catalogue.descriptors(of: track) == current)
  }

  @Test("when asked to, what did not change is analysed again, to the same end")
  func force() throws {
    let library = try TestLibrary(["a.mp3": "rock-1-copper-wire.mp3"])
    try library.index()
    let vector = try library.vector("a.mp3")
    library.options.force = true
    #expect(try library.index() == IndexSummary(found: 1, analysed: 1))
    #expect(try library.vector("a.mp3") == vector)
    #expect(try library.catalogue.counts().tracks == 1)
  }

  @Test("a second model gets vectors of its own beside the first")
  func secondModel() throws {
    let library = try TestLibrary(["a.mp3": "rock-1-copper-wire.mp3"])
    try library.index()
    let first = try library.vector("a.mp3")
    let count = FeatureStatistics.parts(settings: TestLibrary.model.settings)
      .reduce(0) { $0 + $1.count }
    let other = EmbeddingModel(
      featureStatistics: "other", settings: TestLibrary.model.settings,
      mean: [Float](repeating: 0, count: count), scale: [Float](repeating: 1, count: count),
      projection: (0..<2 * count).map { Float($0 % 3) }, card: ["a": 1])
    let summary = try library.indexer(model: other).run([library.music]) { _ in true }
    #expect(summary == IndexSummary(found: 1, analysed: 1))
    #expect(try library.catalogue.models().map(\.name) == ["feature-statistics", "other"])
    #expect(try library.catalogue.mainModel()?.name == "feature-statistics")
    #expect(try library.vector("a.mp3") == first)
    let record = try #require(try library.catalogue.models().last)
    let track = try #require(try library.track("a.mp3"))
    #expect(try library.catalogue.vector(of: track, model: record)?.count == 2)
    let search = try LibrarySearch(
      catalogue: library.catalogue, location: library.location, model: record)
    #expect(search.count == 1)
    let main = try LibrarySearch(
      catalogue: library.catalogue, location: library.location, model: library.record())
    #expect(main.count == 1)
    #expect(try library.isSearchInStep(), "the first model has its search file")
  }

  @Test("a run that is stopped keeps what was done, and the next goes on from there")
  func interrupted() throws {
    let library = try TestLibrary(Self.clips)
    let gone = try library.add("piano-1-sonatina-in-c.mp3", as: "gone.mp3")
    try library.index([gone])
    try library.remove("gone.mp3")
    var done = 0
    let summary = try library.index { event in
      if case .progressed(let count, let pending) = event {
        #expect(pending == 7)
        done = count
        return count < 3
      }
      return true
    }
    #expect(done == 3)
    #expect(summary.isInterrupted)
    #expect((summary.analysed, summary.missing) == (3, 0))
    #expect(try library.catalogue.counts().tracks == 4)
    #expect(try library.file("gone.mp3")?.isMissing == false, "nobody looked everywhere")
    // The next question puts the search file in step.
    let search = try LibrarySearch(
      catalogue: library.catalogue, location: library.location, model: library.record())
    #expect(search.count == 4)
    #expect(try library.isSearchInStep())
    #expect(try library.index() == IndexSummary(found: 7, unchanged: 3, analysed: 4, missing: 1))
  }

  @Test("a run that is stopped at the very start, or while the folders are walked, changes nothing")
  func stoppedEarly() throws {
    let library = try TestLibrary(["a/a.mp3": "rock-1-copper-wire.mp3"])
    let other = library.folder.path.appending("other")
    try FolderEntry.createFolders(other)
    try library.index()
    try library.move("a/a.mp3", to: "b/b.mp3")
    for stop in ["scanning", "started"] {
      var isStopped = false
      let summary = try library.index([other, library.music]) { event in
        // Once is enough.
        switch event {
        case .scanning where stop == "scanning" && !isStopped: isStopped = true
        case .started where stop == "started": isStopped = true
        default: return true
        }
        return false
      }
      #expect(isStopped && summary.isInterrupted, "\(stop)")
      #expect((summary.analysed, summary.known, summary.missing) == (0, 0, 0), "\(stop)")
      #expect(try library.file("a/a.mp3")?.isMissing == false, "\(stop)")
    }
    #expect(try library.index() == IndexSummary(found: 1, known: 1, missing: 1))
  }

  @Test("what happens is told while it happens")
  func events() throws {
    let library = try TestLibrary(["a.mp3": "rock-1-copper-wire.mp3"])
    try library.write(Array("no music".utf8), as: FilePath("b.mp3"))
    var cut = try TestLibrary.bytes(of: "rock-2-short-circuit.mp3")
    cut.removeLast(cut.count / 2)
    try library.write(cut, as: FilePath("c.mp3"))
    library.excerpt = .full
    var told: [String] = []
    let summary = try library.index { event in
      switch event {
      case .scanning(let found): told.append("scanning \(found)")
      case .outdated(let count): told.append("outdated \(count)")
      case .withoutSections(let count): told.append("without sections \(count)")
      case .started(let pending): told.append("started \(pending)")
      case .estimated: told.append("estimated")
      case .warned(let path, _): told.append("warned \(path.lastComponent)")
      case .failed(let path, let failure):
        told.append("failed \(path.lastComponent) \(failure.code)")
      case .progressed(let done, let pending): told.append("progressed \(done) of \(pending)")
      case .unreadable(let path): told.append("unreadable \(path.lastComponent)")
      case .withoutFingerprints: told.append("no fingerprints")
      case .finishing: told.append("finishing")
      }
      return true
    }
    #expect(
      told == [
        "scanning 0", "started 3", "progressed 1 of 3", "progressed 2 of 3", "progressed 3 of 3",
        "failed b.mp3 not-audio", "warned c.mp3", "finishing",
      ])
    #expect((summary.analysed, summary.failed, summary.warned) == (2, 1, 1))
  }

  @Test("several folders, single files and the same folder twice")
  func roots() throws {
    let library = try TestLibrary([
      "a/a.mp3": "rock-1-copper-wire.mp3", "b/b.mp3": "rock-2-short-circuit.mp3",
    ])
    let single = library.path("a/a.mp3")
    #expect(try library.index([single]) == IndexSummary(found: 1, analysed: 1))
    let both = try library.index([library.path("a"), library.path("b")])
    #expect(both == IndexSummary(found: 2, unchanged: 1, analysed: 1))
    let twice = try library.index([library.music, library.path("b"), single])
    #expect(twice.analysed + twice.known + twice.failed == 0)
    #expect(try library.catalogue.counts().files == 2)
  }

  @Test("a folder that is not there ends the run and marks nothing missing")
  func absentRoot() throws {
    let library = try TestLibrary(["disk/a.mp3": "rock-1-copper-wire.mp3"])
    try library.index()
    try library.move("disk", to: "unmounted")
    #expect(throws: FileAccessError.self) { try library.index([library.path("disk")]) }
    #expect(try library.file("disk/a.mp3")?.isMissing == false)
  }
}
