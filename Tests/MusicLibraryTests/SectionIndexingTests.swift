import AnalysisLines
import AudioDecoding
import Catalogue
import Embedding
import FileAccess
import Hashing
import Synchronization
import TestSupport
import Testing
import VectorIndex

@testable import MusicLibrary

@Suite("Long files with sections")
struct SectionIndexingTests {
  private let library: TestLibrary

  /// Each of the long file's minutes sounds otherwise: two tones of its own.
  init() throws {
    library = try TestLibrary(["short.mp3": "folk-2-three-apple-trees.mp3"])
    library.options.descriptors = false
    library.options.fingerprints = false
    library.sectionOptions = SectionOptions(seconds: 1, clock: { 0 })
    try library.write(LongSounds.wav(seconds: 12 * 60 + 20), as: FilePath("long.wav"))
  }

  private func sections() throws -> [SectionRecord]? {
    let track = try #require(try library.track("long.wav"))
    return try library.catalogue.sections(of: track, model: library.record())
  }

  private func search() throws -> LibrarySearch {
    try LibrarySearch(
      catalogue: library.catalogue, location: library.location, model: library.record())
  }

  @Test("are those longer than ten minutes: two minutes each, a short rest belongs to the last")
  func plans() {
    func plan(_ seconds: Double, _ dimension: Int = 256) -> [[Int]] {
      TrackSections.plans(seconds: seconds, dimension: dimension).map { [$0.start, $0.seconds] }
    }
    #expect(plan(600) == [])
    #expect(plan(600.5) == [[0, 120], [120, 120], [240, 120], [360, 120], [480, 120]])
    #expect(plan(629.9).last == [480, 149])
    #expect(plan(630).suffix(2) == [[480, 120], [600, 30]])
    #expect(plan(7_200).count == 60)
    #expect(plan(.infinity).count == SectionRecord.mostValues / 256)
    #expect(plan(1e300, 100_000).count == 2)
    let first = TrackSections.plans(seconds: 700, dimension: 2)[1]
    #expect(first.heard == 165..<195)
    for seconds in stride(from: 601.0, to: 1_000, by: 7.3) {
      let plans = TrackSections.plans(seconds: seconds, dimension: 2)
      #expect(plans.allSatisfy { $0.heard.lowerBound >= Double($0.start) })
      #expect(plans.allSatisfy { $0.heard.upperBound <= Double($0.start + $0.seconds) })
      #expect(plans.last.map { $0.start + $0.seconds } == Int(seconds))
    }
  }

  @Test("are listened to again once sections are wanted, and then no more")
  func listenedAgain() throws {
    #expect(try library.index() == IndexSummary(found: 2, analysed: 2))
    let whole = try library.vector("long.wav")
    #expect(try sections() == nil)
    library.options.sections = true
    var told = 0
    let summary = try library.index {
      if case .withoutSections(let count) = $0 { told += count }
      return true
    }
    #expect(summary.analysed == 1 && summary.unchanged == 1 && summary.withoutSections == 1)
    #expect(told == 1)
    #expect(try library.vector("long.wav") == whole, "the whole is what it was")
    let sections = try #require(try sections())
    #expect(sections.map(\.start) == [0, 120, 240, 360, 480, 600])
    #expect(sections.map(\.seconds) == [120, 120, 120, 120, 120, 140])
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
    let short = try #require(try library.track("short.mp3"))
    #expect(try library.catalogue.sections(of: short, model: library.record()) == nil)
  }

  @Test("are found by what sounds in them, at its time, as one track")
  func found() throws {
    library.options.sections = true
    try library.index()
    let search = try search()
    #expect(search.count == 2)
    let track = try #require(try library.track("long.wav"))
    for (number, section) in try #require(try sections()).enumerated() {
      let found = try search.nearest(
        to: section.vector, count: 5, excluding: [], withSections: true)
      #expect(found.map(\.key).count == 2)
      let first = try #require(found.first)
      #expect(first.key == track)
      #expect(first.sectionStart == 120 * number)
      #expect(first.similarity > 0.999)
      // Who does not ask for sections sees tracks.
      let wholes = try search.nearest(to: section.vector, count: 5, excluding: [])
      #expect(wholes.allSatisfy { $0.sectionStart == nil })
      #expect(Set(wholes.map(\.key)).count == 2)
      let filter = try search.filter(tracks: [track])
      #expect(filter.count == 1)
      #expect(
        try search.nearest(
          to: section.vector, count: 5, excluding: [], among: filter, withSections: true) == [first]
      )
      #expect(
        try search.nearest(to: section.vector, count: 5, excluding: [], among: filter).map(\.key)
          == [track])
      let others = try search.nearest(
        to: section.vector, count: 5, excluding: [track], withSections: true)
      #expect(others.map(\.key) == wholes.map(\.key).filter { $0 != track })
    }
  }

  @Test("have sections as far as there is time, and are no failure")
  func time() throws {
    library.options.sections = true
    let reading = Mutex(0.0)
    library.sectionOptions = SectionOptions(
      seconds: 3.5,
      clock: {
        reading.withLock {
          $0 += 1
          return $0
        }
      })
    var words: [String] = []
    let summary = try library.index {
      if case .warned(_, let warnings) = $0 { words += warnings.map(\.message) }
      return true
    }
    #expect(summary.analysed == 2 && summary.failed == 0)
    #expect(words.count == 1)
    let count = try #require(try sections()).count
    #expect((1...5).contains(count))
    #expect(words == ["sections-end \(120 * count)"])
    #expect(try library.index().unchanged == 2, "they are not listened to again for the rest")
  }

  @Test("take their sections into other libraries")
  func exchange() throws {
    library.options.sections = true
    try library.index()
    let other = try TestLibrary()
    var options = LibraryImport.Options()
    options.excerpt = .range(start: 4, end: 6)
    var work = LibraryImport(
      into: other.catalogue, location: other.location, model: try other.record(), options: options)
    let export = LibraryExport(
      of: library.catalogue, model: try library.record(), withPaths: false)
    var lines: [[UInt8]] = []
    _ = try export.forEachLine {
      lines.append($0.bytes)
      return true
    }
    for line in lines { #expect(try work.add(line) == nil) }
    try work.finish()
    #expect(work.summary.added == 2)
    #expect(try other.catalogue.sectionCount(model: other.record()) == 6)
    #expect(try other.catalogue.wantsSections())
    let track = try #require(try library.track("long.wav"))
    let identity = try #require(try library.catalogue.sound(of: track)).identity
    let copy = try #require(try other.catalogue.track(identity: identity))
    #expect(try other.catalogue.sections(of: copy, model: other.record()) == sections())
  }

  @Test("are verified with their sections, and what is damaged is heard anew")
  func verified() throws {
    library.options.sections = true
    try library.index()
    let copy = library.location.modelFile(TestLibrary.model.identity)
    try FolderEntry.createFolders(copy.parent)
    try TestLibrary.model.write(to: copy)
    let check = LibraryCheck(catalogue: library.catalogue, location: library.location)
    var (faults, counts) = try check.run { _, _ in }
    #expect(faults.isEmpty)
    #expect(counts.vectors == 2 && counts.sections == 6 && counts.searchFiles == 1)
    try RawDatabase(library.location.catalogue).execute(
      "UPDATE section SET seconds = seconds + 1 WHERE start IN (120, 600)")
    (faults, counts) = try check.run { _, _ in }
    #expect(faults.map(\.code) == ["section"])
    #expect(try check.mend(faults, withTracks: true) { _ in nil } == [true])
    (faults, counts) = try check.run { _, _ in }
    #expect(faults.isEmpty && counts.sections == 0)
    #expect(try library.index().withoutSections == 1)
    #expect(try sections()?.count == 6)
    // Rows that are gone without a trace.
    try RawDatabase(library.location.catalogue).execute(
      "DROP TRIGGER section_removed; DELETE FROM section WHERE start = 240")
    (faults, counts) = try check.run { _, _ in }
    #expect(Set(faults.map(\.code)) == ["section-count", "search-file-differs"])
    _ = try check.mend(faults, withTracks: true) { _ in nil }
    (faults, _) = try check.run { _, _ in }
    #expect(faults.isEmpty)
    #expect(try library.index().withoutSections == 1)
  }
}

@Suite("Neighbours of whole tracks and of their sections")
struct FoldedNeighbourTests {
  private func row(_ key: Int64, _ similarity: Float, _ start: Int? = nil) -> Neighbour {
    Neighbour(key: key, similarity: similarity, sectionStart: start)
  }

  @Test("become tracks: the nearest row of each counts")
  func folding() {
    let found = SearchedVectors.folded([
      row(1, 0.9, 120), row(2, 0.8), row(1, 0.7), row(2, 0.6, 0), row(1, 0.5, 0), row(3, 0.4),
    ])
    #expect(found == [row(1, 0.9, 120), row(2, 0.8), row(3, 0.4)])
  }

  @Test("a section as near as the whole tells the time")
  func ties() {
    #expect(
      SearchedVectors.folded([row(1, 1), row(1, 0.999_995, 360), row(1, 0.999_994, 0)])
        == [row(1, 1, 360)])
    #expect(SearchedVectors.folded([row(1, 1), row(1, 0.9999, 360)]) == [row(1, 1)])
  }

  @Test("are as many as asked for, however many rows of one track are nearer", arguments: [2, 500])
  func enough(sections: Int) throws {
    let keys =
      (1...20).map { Int64($0) }
      + (0..<sections).map { SectionKey.key(owner: 1, start: 120 * $0) }
    let vectors = keys.enumerated().map { place, _ -> [Float] in
      let angle = place < 20 ? 0.1 + Float(place) * 0.01 : Float(place) * 0.0001
      return [1 - angle * angle / 2, angle]
    }
    let searched = SearchedVectors(
      ExactSearch(dimension: 2, keys: keys, values: vectors.flatMap { $0 }), generation: 1)
    #expect(searched.wholeCount == 20 && searched.hasSections)
    for count in [1, 2, 10, 20, 1_000] {
      let found = try searched.nearestOfAll(to: [1, 0], count: count, excluding: [], among: nil)
      #expect(found.map(\.key) == (1...Int64(min(20, count))).map { $0 })
      #expect(found.first?.sectionStart == 0)
    }
    #expect(try searched.nearestOfAll(to: [1, 0], count: 0, excluding: [], among: nil).isEmpty)
    let orphans = SearchedVectors(
      ExactSearch(dimension: 2, keys: [SectionKey.key(owner: 1, start: 0)], values: [1, 0]),
      generation: 1)
    let orphan = try orphans.nearestOfAll(to: [1, 0], count: 9, excluding: [], among: nil)
    #expect(orphan.map(\.key) == [1])
    let wholes = try searched.nearestWholes(to: [1, 0], count: 3, excluding: [2], among: nil)
    #expect(wholes.map(\.key) == [1, 3, 4])
  }
}

/// A long sound, as small as it can be stored.
enum LongSounds {
  private static let rate = 4_000

  /// A WAV file in which every 2 minutes have two tones of their own, over soft noise.
  static func wav(seconds: Int) -> [UInt8] {
    var random = SplitMix64(seed: 9)
    var samples: [UInt8] = []
    samples.reserveCapacity(seconds * rate)
    // Periods of a fortieth of a second, so that one second of each is enough.
    for start in stride(from: 0, to: seconds, by: 120) {
      let tones = (0..<2).map { _ in 40 * Double(Int.random(in: 3...45, using: &random)) }
      let second = (0..<rate).map { place -> UInt8 in
        let time = Double(place) / Double(rate)
        let noise = Int.random(in: -6...6, using: &random)
        let tone = tones.reduce(0.0) { $0 + sine($1 * time) }
        return UInt8(clamping: 128 + Int(40 * tone) + noise)
      }
      for _ in start..<min(seconds, start + 120) { samples += second }
    }
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
      Array(name.utf8) + little(body.count, 4) + body
    }
    let format =
      little(1, 2) + little(1, 2) + little(rate, 4) + little(rate, 4) + little(1, 2) + little(8, 2)
    return chunk("RIFF", Array("WAVE".utf8) + chunk("fmt ", format) + chunk("data", samples))
  }

  /// The sine of so many turns, near enough for a tone.
  private static func sine(_ turns: Double) -> Double {
    let part = turns - turns.rounded(.down) - 0.5
    return 8 * part * (2 * abs(part) - 1)
  }
}
