import AudioDecoding
import Catalogue
import FileAccess
import MusicLibrary
import TestSupport
import Testing

@Suite("Files that give no music")
struct FailuresTests {
  let library: TestLibrary

  init() throws { library = try TestLibrary(["good.mp3": "folk-2-three-apple-trees.mp3"]) }

  @Test("a failure is kept with its reason and not tried again before the file changes")
  func kept() throws {
    try library.write(Array("This is a text.\n".utf8), as: FilePath("text.mp3"))
    try library.write([], as: FilePath("empty.flac"))
    #expect(try library.index() == IndexSummary(found: 3, analysed: 1, failed: 2))
    let failures = try library.catalogue.failures()
    #expect(failures.map(\.path) == [library.path("empty.flac"), library.path("text.mp3")])
    #expect(failures.map(\.code) == ["no-samples", "not-audio"])
    #expect(failures.map(\.reason) == ["no-samples in words", "not-audio in words"])
    #expect(try library.index() == IndexSummary(found: 3, unchanged: 1, failedBefore: 2))

    try library.touch("text.mp3")
    #expect(
      try library.index() == IndexSummary(found: 3, unchanged: 1, failed: 1, failedBefore: 1))
    library.options.retryFailed = true
    #expect(try library.index() == IndexSummary(found: 3, unchanged: 1, failed: 2))
  }

  @Test("a file that could not be read for the moment is tried again")
  func momentary() throws {
    #expect(try library.index().analysed == 1)
    // As a run leaves it that was short of descriptors.
    let stamp = try #require(try library.file("good.mp3")).stamp
    try library.catalogue.record(stamp, failure: "unreadable", reason: "too many open files")
    #expect(try library.index() == IndexSummary(found: 1, known: 1))
    #expect(try library.catalogue.failures().isEmpty)
  }

  @Test("a failure is forgotten when the file becomes music, and hidden when it goes")
  func mended() throws {
    try library.write(Array("<!DOCTYPE html><html></html>".utf8), as: FilePath("a.mp3"))
    try library.write(Array("text".utf8), as: FilePath("b.mp3"))
    #expect(try library.index().failed == 2)
    try library.add("rock-1-copper-wire.mp3", as: "a.mp3")
    try library.remove("b.mp3")
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 1, analysed: 1, missing: 1))
    #expect(try library.catalogue.failures().isEmpty)
    #expect(try library.track("a.mp3") != nil)
  }

  @Test("pictures and texts are passed over without being opened")
  func otherKinds() throws {
    // Their contents would do: the names promise something else.
    for name in ["cover.jpg", "notes.txt", "LIST.M3U8"] {
      try library.add("rock-1-copper-wire.mp3", as: name)
    }
    #expect(try library.index() == IndexSummary(found: 1, analysed: 1, skipped: 3))
    #expect(try library.catalogue.counts().files == 1)
  }

  @Test("what promised no music and is none is passed over silently")
  func garbage() throws {
    var random = SplitMix64(seed: 3)
    for name in ["README", "data.bin", "x.weird", ".hidden"] {
      try library.write(
        (0..<3_000).map { _ in UInt8.random(in: 0...255, using: &random) }, as: FilePath(name))
    }
    try library.write([], as: FilePath("empty"))
    #expect(try library.index() == IndexSummary(found: 6, analysed: 1, skipped: 5))
    #expect(try library.catalogue.failures().isEmpty)
    #expect(try library.catalogue.counts().files == 1)
  }

  @Test("music is music whatever its name")
  func misnamed() throws {
    try library.add("drum-and-bass-3-engine-room.ogg", as: "no ending")
    try library.add("folk-4-winter-coat.flac", as: "wrong.mp3")
    try library.add("rock-1-copper-wire.mp3", as: ".hidden")
    #expect(try library.index() == IndexSummary(found: 4, analysed: 4))
    for (name, codec) in [("no ending", "vorbis"), ("wrong.mp3", "flac"), (".hidden", "mp3")] {
      let track = try #require(try library.track(name))
      #expect(try library.catalogue.track(track)?.sound.codec == codec)
    }
  }

  @Test("one bad file among many does not keep the others from being kept")
  func batch() throws {
    for number in 0..<70 {
      try library.write(Array("text \(number)".utf8), as: FilePath("bad \(number).mp3"))
    }
    #expect(try library.index() == IndexSummary(found: 71, analysed: 1, failed: 70))
    #expect(try library.catalogue.failures().count == 70)
    #expect(try library.track("good.mp3") != nil)
  }
}
