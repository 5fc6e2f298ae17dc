import AudioDecoding
import Catalogue
import FileAccess
import Fingerprinting
import MusicLibrary
import TestSupport
import Testing

@Suite("Fingerprints of indexed tracks")
struct FingerprintTests {
  private static let clips = [
    "a.mp3": "house-1-harbour-lights.mp3", "b.flac": "folk-4-winter-coat.flac",
  ]

  private func fingerprint(
    _ name: String, _ library: TestLibrary
  ) throws -> FingerprintRecord? {
    try library.track(name).flatMap { try library.catalogue.fingerprint(of: $0) }
  }

  @Test("are kept with where they begin, and are those of the decoded excerpt")
  func kept() throws {
    let library = try TestLibrary(Self.clips)
    library.excerpt = .range(start: 2, end: 9)
    #expect(try library.index() == IndexSummary(found: 2, analysed: 2))
    for name in Self.clips.keys {
      let record = try #require(try fingerprint(name, library))
      #expect(record.algorithm == Fingerprint.currentAlgorithm)
      #expect(record.excerptStart == 2)
      let audio = try AudioDecoder(options: DecodingOptions(excerpt: .range(start: 2, end: 9)))
        .decode(library.path(name))
      let expected = try Fingerprinter().fingerprint(of: audio.samples, sampleRate: 22_050)
      #expect(record.items == expected.items)
      // 7 s in steps of 0.124 s, without the 2.6 s that the first item takes.
      #expect((33...38).contains(record.items.count))
    }
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
  }

  @Test("are made later where they were not wanted or are missing")
  func later() throws {
    let library = try TestLibrary(Self.clips)
    library.options.fingerprints = false
    #expect(try library.index() == IndexSummary(found: 2, analysed: 2))
    #expect(try fingerprint("a.mp3", library) == nil)
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
    library.options.fingerprints = true
    let vector = try library.vector("a.mp3")
    #expect(try library.index() == IndexSummary(found: 2, analysed: 2))
    #expect(try fingerprint("a.mp3", library) != nil)
    #expect(try library.vector("a.mp3") == vector)
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
  }

  @Test("of a long part are those of its middle half minute")
  func middle() throws {
    let rate = 22_050
    var random = SplitMix64(seed: 3)
    let samples = (0..<50 * rate).map { _ in Float.random(in: -0.5...0.5, using: &random) }
    let info = AudioInfo(
      codec: .wav, sampleRate: rate, channels: 1, seconds: 80, excerptStart: 10,
      excerptSeconds: 50)
    let record = try FingerprintRecord(
      of: DecodedAudio(samples: samples, sampleRate: rate, info: info), by: Fingerprinter())
    #expect(record.excerptStart == 20)
    let expected = try Fingerprinter().fingerprint(
      of: Array(samples[10 * rate..<40 * rate]), sampleRate: rate)
    #expect(record.items == expected.items)
  }
}
