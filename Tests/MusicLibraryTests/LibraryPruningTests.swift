import Catalogue
import FileAccess
import MusicLibrary
import TestSupport
import Testing

@Suite("Pruning a library")
struct LibraryPruningTests {
  private static let clips = [
    "ambient-2-under-the-ice.mp3", "folk-2-three-apple-trees.mp3", "rock-1-copper-wire.mp3",
    "house-2-car-deck.mp3", "lo-fi-3-last-stop.mp3", "piano-1-sonatina-in-c.mp3",
  ]
  let library: TestLibrary

  init() throws {
    library = try TestLibrary()
    library.options.descriptors = false
    for (number, clip) in Self.clips.enumerated() { try library.add(clip, as: "\(number).mp3") }
    try library.index()
  }

  private func pruning(withPresent: Bool = false) throws -> LibraryPruning {
    try LibraryPruning(of: library.catalogue, withPresent: withPresent)
  }

  @Test("takes out what was deleted, with its vector, and leaves everything else")
  func deleted() throws {
    try library.remove("1.mp3")
    try library.index()
    let pruning = try pruning()
    #expect(pruning.files.map(\.stamp.path) == [library.path("1.mp3")])
    #expect(pruning.tracks.count == 1)
    #expect(!pruning.isLarge)
    let kept = try (0..<6).filter { $0 != 1 }.map { try library.vector("\($0).mp3") }
    try pruning.apply(to: library.catalogue, location: library.location)
    #expect(try library.file("1.mp3") == nil)
    #expect(try library.catalogue.vectorCount(model: library.record()) == 5)
    #expect(try (0..<6).filter { $0 != 1 }.map { try library.vector("\($0).mp3") } == kept)
    #expect(try library.isSearchInStep())
    #expect(try library.index() == IndexSummary(found: 5, unchanged: 5))
    #expect(try self.pruning().files.isEmpty && self.pruning().tracks.isEmpty)
  }

  @Test("a track goes only with its last file")
  func copies() throws {
    try library.add(Self.clips[0], as: "copy.mp3")
    try library.index()
    try library.remove("0.mp3")
    try library.index()
    var found = try pruning()
    #expect(found.files.count == 1 && found.tracks.isEmpty)
    try found.apply(to: library.catalogue, location: library.location)
    #expect(try library.vector("copy.mp3") != nil)
    // Other music under an old name leaves its track to nobody.
    try library.add(Self.clips[5], as: "copy.mp3")
    try library.index()
    found = try pruning()
    #expect(found.files.isEmpty && found.tracks.count == 1)
    try found.apply(to: library.catalogue, location: library.location)
    #expect(try library.catalogue.vectorCount(model: library.record()) == 5)
  }

  @Test("more than a fifth is large: a disk that is not mounted must not empty a library")
  func unmounted() throws {
    for number in 0..<6 { try library.move("\(number).mp3", to: "../away/\(number).mp3") }
    #expect(try library.index().missing == 6)
    let pruning = try pruning()
    #expect(pruning.files.count == 6 && pruning.isLarge && pruning.share == 1)
    // Mounted again, and not walked through again: nothing would go.
    for number in 0..<6 { try library.move("../away/\(number).mp3", to: "\(number).mp3") }
    let back = try self.pruning()
    #expect(back.files.isEmpty && back.tracks.isEmpty && back.keptCount == 6)
  }

  @Test("one of five is not large, two of six are")
  func share() throws {
    try library.remove("0.mp3")
    try library.index()
    try pruning().apply(to: library.catalogue, location: library.location)
    try library.remove("1.mp3")
    try library.index()
    #expect(try !pruning().isLarge)
    try library.remove("2.mp3")
    try library.index()
    #expect(try pruning().isLarge)
  }

  @Test("excluded files are there and stay unless they are asked for")
  func excluded() throws {
    library.options.exclusions = [try #require(NamePattern(Array("3.mp3".utf8)))]
    #expect(try library.index().setAside == 1)
    #expect(try pruning().files.isEmpty && pruning().keptCount == 1)
    let all = try pruning(withPresent: true)
    #expect(all.files.map(\.stamp.path) == [library.path("3.mp3")])
    try all.apply(to: library.catalogue, location: library.location)
    #expect(try library.file("3.mp3") == nil)
  }
}
