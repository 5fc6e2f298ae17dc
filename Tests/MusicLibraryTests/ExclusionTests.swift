import Catalogue
import FileAccess
import MusicLibrary
import TestSupport
import Testing

@Suite("Files and folders that are excluded")
struct ExclusionTests {
  let library: TestLibrary

  init() throws { library = try TestLibrary() }

  private func patterns(_ texts: [String]) throws -> [NamePattern] {
    try texts.map { try #require(NamePattern(Array($0.utf8))) }
  }

  private func touch(_ names: String...) throws {
    for name in names { try library.write([1, 2, 3], as: FilePath(name)) }
  }

  /// The names found and the names passed over, from the music folder.
  private func scan(
    _ texts: String..., roots: [FilePath]? = nil, followLinks: Bool = false
  ) throws -> (found: [String], passed: [String: FolderScan.Reason]) {
    let scan = try FolderScan(
      roots ?? [library.music], followLinks: followLinks, excluding: patterns(texts)
    ) { _ in true }
    let name = { (path: FilePath) in
      String(path.string.dropFirst(library.music.string.count + 1))
    }
    return (
      scan.files.map { name($0.path) },
      Dictionary(scan.skipped.map { (name($0.path), $0.reason) }, uniquingKeysWith: { $1 })
    )
  }

  @Test("are passed over with a reason, folders with all in them")
  func patterns() throws {
    try touch("a.mp3", "a.wav", "books/1.mp3", "books/deep/2.mp3", "rock/books/3.mp3", "rock/4.wav")
    var (found, passed) = try scan("books", "*.wav")
    #expect(found == ["a.mp3"])
    #expect(
      passed == [
        "a.wav": .excluded, "books": .excluded, "rock/books": .excluded, "rock/4.wav": .excluded,
      ])
    (found, passed) = try scan("/books/")
    #expect(found == ["a.mp3", "a.wav", "rock/4.wav", "rock/books/3.mp3"])
    (found, passed) = try scan("books/**/*.mp3")
    #expect(found == ["a.mp3", "a.wav", "rock/4.wav", "rock/books/3.mp3"])
    #expect(passed == ["books/1.mp3": .excluded, "books/deep/2.mp3": .excluded])
    (found, passed) = try scan("*.wav/")
    #expect(passed.isEmpty)
  }

  @Test(
    "a path in a pattern begins at the folder that was given, which is itself compared with none")
  func roots() throws {
    try touch("rock/rock/1.mp3", "rock/2.mp3", "folk/rock/3.mp3")
    let rock = library.path("rock")
    #expect(try scan("rock").found.isEmpty)
    #expect(try scan("rock", roots: [rock]).found == ["rock/2.mp3"])
    #expect(try scan("rock/*", roots: [rock]).found == ["rock/2.mp3"])
    #expect(try scan("*.mp3", roots: [library.path("rock/2.mp3")]).found == ["rock/2.mp3"])
  }

  @Test("a folder with the marker in it is passed over, whatever kind of thing the marker is")
  func marker() throws {
    try touch("a.mp3", "mine/1.mp3", "mine/deep/2.mp3", "b/.noearshot/3.mp3", "b/4.mp3")
    try library.write([], as: FilePath("mine/.noearshot"))
    let (found, passed) = try scan()
    #expect(found == ["a.mp3"])
    #expect(passed == ["mine": .marked, "b": .marked])
    #expect(try scan(roots: [library.path("mine/deep")]).found == ["mine/deep/2.mp3"])
    #expect(try scan(roots: [library.path("mine")]).found.isEmpty)
  }

  @Test("links that are followed can be excluded by their names")
  func links() throws {
    let outside = library.folder.path.appending("outside")
    try FolderEntry.createFolders(outside)
    try WrittenFile.replace(outside.appending("far.mp3"), with: [1])
    try library.link("here", to: outside)
    try touch("near.mp3")
    #expect(try scan(followLinks: true).found == ["near.mp3", "here/far.mp3"])
    #expect(try scan("here/", followLinks: true).found == ["near.mp3"])
    #expect(try scan("outside", followLinks: true).found == ["near.mp3", "here/far.mp3"])
  }

  @Test("are no longer there for questions, are counted apart, and come back without being decoded")
  func knownFiles() throws {
    try library.add("folk-2-three-apple-trees.mp3", as: "a.mp3")
    try library.add("rock-1-copper-wire.mp3", as: "books/b.mp3")
    try library.add("house-2-car-deck.mp3", as: "c.mp3")
    try library.index()
    let vector = try #require(try library.vector("books/b.mp3"))
    try library.remove("c.mp3")
    library.options.exclusions = try patterns(["books"])
    var expected = IndexSummary(found: 1, unchanged: 1, skipped: 1, missing: 1)
    expected.excluded = 1
    expected.setAside = 1
    #expect(try library.index() == expected)
    #expect(try library.file("books/b.mp3")?.isMissing == true)
    let track = try #require(try library.track("books/b.mp3"))
    #expect(try library.catalogue.track(track)?.isMissing == true)
    expected.setAside = 0
    expected.missing = 0
    #expect(try library.index() == expected, "set aside once, counted once")
    library.options.exclusions = []
    #expect(try library.index() == IndexSummary(found: 2, unchanged: 2))
    #expect(try library.file("books/b.mp3")?.isMissing == false)
    #expect(try library.vector("books/b.mp3") == vector)
    try library.write([], as: FilePath("books/.noearshot"))
    expected.setAside = 1
    #expect(try library.index() == expected)
  }

  @Test("a file that one folder excludes and another names is found")
  func namedTwice() throws {
    try library.add("folk-2-three-apple-trees.mp3", as: "books/a.mp3")
    try library.index()
    library.options.exclusions = try patterns(["books"])
    let summary = try library.index([library.music, library.path("books")])
    #expect(summary.unchanged == 1 && summary.setAside == 0)
    #expect(try library.file("books/a.mp3")?.isMissing == false)
  }
}
