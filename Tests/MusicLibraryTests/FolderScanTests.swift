import Catalogue
import FileAccess
import MusicLibrary
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Walking through folders")
struct FolderScanTests {
  let library: TestLibrary

  init() throws { library = try TestLibrary() }

  private func scan(
    _ roots: [FilePath]? = nil, followLinks: Bool = false
  ) throws -> FolderScan {
    try FolderScan(roots ?? [library.music], followLinks: followLinks) { _ in true }
  }

  private func names(_ scan: FolderScan) -> [String] {
    scan.files.map { String($0.path.string.dropFirst(library.music.string.count + 1)) }
  }

  private func skipped(_ scan: FolderScan) -> [String: FolderScan.Reason] {
    Dictionary(
      scan.skipped.map { ($0.path.lastComponent.string, $0.reason) }, uniquingKeysWith: { $1 })
  }

  private func touch(_ names: String...) throws {
    for name in names { try library.write([1, 2, 3], as: FilePath(name)) }
  }

  @Test("files come in the order of their names, folder by folder, with size and time")
  func order() throws {
    try touch("b/2.mp3", "b/1.mp3", "a.mp3", "c.mp3", "b/a/x.mp3", "B.mp3", ".h/y.mp3")
    try library.touch("a.mp3", seconds: 77)
    let scan = try scan()
    #expect(
      names(scan)
        == [".h/y.mp3", "B.mp3", "a.mp3", "b/1.mp3", "b/2.mp3", "b/a/x.mp3", "c.mp3"])
    let stamp = try #require(scan.files.first { $0.path == library.path("a.mp3") })
    #expect((stamp.size, stamp.modified) == (3, 77_000_000_005))
    #expect(scan.skipped.isEmpty)
  }

  @Test("what is asked for twice is found once")
  func once() throws {
    try touch("a/1.mp3", "a/2.mp3", "3.mp3")
    let roots = [
      library.path("a/2.mp3"), library.path("a"), library.music, library.path("3.mp3"),
      library.path("3.mp3"),
    ]
    #expect(try names(scan(roots)) == ["a/2.mp3", "a/1.mp3", "3.mp3"])
  }

  @Test("links are passed over unless they are asked for")
  func links() throws {
    let outside = library.folder.path.appending("outside")
    try FolderEntry.createFolders(outside)
    try WrittenFile.replace(outside.appending("far.mp3"), with: [1])
    try touch("near.mp3")
    try library.link("folder", to: outside)
    try library.link("file.mp3", to: outside.appending("far.mp3"))
    try library.link("nowhere.mp3", to: outside.appending("absent.mp3"))
    let plain = try scan()
    #expect(names(plain) == ["near.mp3"])
    #expect(skipped(plain) == ["folder": .link, "file.mp3": .link, "nowhere.mp3": .link])
    let followed = try scan(followLinks: true)
    #expect(names(followed) == ["file.mp3", "near.mp3", "folder/far.mp3"])
    #expect(skipped(followed) == ["nowhere.mp3": .unreadable])
  }

  @Test("loops of links end", .timeLimit(.minutes(1)))
  func loops() throws {
    try touch("a/1.mp3")
    try library.link("a/up", to: library.music)
    try library.link("a/self", to: library.path("a/self"))
    try library.link("again", to: library.path("a"))
    let scan = try scan(followLinks: true)
    #expect(names(scan) == ["a/1.mp3"])
    #expect(skipped(scan) == ["up": .loop, "self": .unreadable, "again": .loop])
  }

  @Test("a folder that is itself a link, and a file that is, are what they point to when asked for")
  func linkedRoots() throws {
    try library.add("folk-2-three-apple-trees.mp3", as: "real/1.mp3")
    try library.link("link", to: library.path("real"))
    try library.link("link.mp3", to: library.path("real/1.mp3"))
    #expect(
      try library.index([library.path("link")]) == IndexSummary(found: 1, analysed: 1))
    #expect(try library.track("link/1.mp3") != nil)
    #expect(
      try library.index([library.path("link.mp3")]) == IndexSummary(found: 1, known: 1))
    #expect(try library.track("link.mp3") == library.track("link/1.mp3"))
  }

  @Test("a folder reached by a link too keeps its own name, and its files are not missing")
  func realNameFirst() throws {
    try library.add("folk-2-three-apple-trees.mp3", as: "real/1.mp3")
    try library.link("a-link", to: library.path("real"))
    #expect(try library.index().analysed == 1)
    library.options.followLinks = true
    #expect(try library.index() == IndexSummary(found: 1, unchanged: 1, skipped: 1))
    #expect(try library.file("real/1.mp3")?.isMissing == false)
  }

  @Test("a link that took a file's place after the walk is not followed")
  func swappedForLink() throws {
    let outside = library.folder.path.appending("outside.mp3")
    let bytes = try TestLibrary.bytes(of: "folk-2-three-apple-trees.mp3")
    try WrittenFile.replace(outside, with: bytes)
    try touch("a.mp3")
    let summary = try library.index { event in
      if case .started = event {
        do {
          try library.remove("a.mp3")
          try library.link("a.mp3", to: outside)
        } catch {
          Issue.record(error)
        }
      }
      return true
    }
    #expect(summary == IndexSummary(found: 1, failed: 1))
    #expect(try library.catalogue.failures().map(\.code) == ["unreadable"])
  }

  @Test("a file that goes between the walk and the reading is left to the next run")
  func vanished() throws {
    try library.add("folk-2-three-apple-trees.mp3", as: "a.mp3")
    let summary = try library.index { event in
      if case .started = event { try? library.remove("a.mp3") }
      return true
    }
    #expect(summary.analysed == 0)
    #expect(try library.catalogue.failures().isEmpty)
    #expect(try library.index() == IndexSummary(found: 0))
  }

  @Test("a FIFO is passed over without waiting for it", .timeLimit(.minutes(1)))
  func fifo() throws {
    try touch("a.mp3")
    #expect(library.path("pipe.mp3").withCString { mkfifo($0, 0o644) } == 0)
    let scan = try scan()
    #expect(names(scan) == ["a.mp3"])
    #expect(skipped(scan) == ["pipe.mp3": .notAFile])
  }

  @Test("names are bytes: no UTF-8, line ends, quotes, dashes and spaces are all kept")
  func names() throws {
    let names: [[UInt8]] = [
      [0xFF, 0xFE, 0x2E] + Array("mp3".utf8), Array("line\nbreak\t.mp3".utf8),
      Array("'quotes\" `and` $(more).mp3".utf8), Array("-rf.mp3".utf8), Array(" .mp3".utf8),
      Array("\\back%s;DROP TABLE file;--.mp3".utf8), Array("Ünïcödé ☂.mp3".utf8),
      // The same letters, composed otherwise: another name.
      Array("U\u{308}ni\u{308}co\u{308}de\u{301} ☂.mp3".utf8),
    ]
    let bytes = try TestLibrary.bytes(of: "folk-2-three-apple-trees.mp3")
    for name in names { try library.write(bytes, as: FilePath(bytes: name)) }
    let count = names.count
    let summary = try library.index()
    #expect(summary.found == count && summary.analysed + summary.known == count)
    let files = try library.catalogue.files()
    for name in names {
      let path = library.music.appending(FilePath(bytes: name))
      #expect(files[path]?.track != nil, "\(path)")
      #expect(files[path]?.stamp.path.bytes == path.bytes)
    }
    #expect(try library.catalogue.counts().tracks == 1)
    #expect(try library.index() == IndexSummary(found: count, unchanged: count))
  }

  @Test(
    "a folder that cannot be read keeps what the library knows of it",
    .enabled(if: geteuid() != 0, "the superuser reads everything"))
  func unreadable() throws {
    try library.add("folk-2-three-apple-trees.mp3", as: "locked/deep/a.mp3")
    try library.add("rock-1-copper-wire.mp3", as: "b.mp3")
    try library.index()
    try library.remove("b.mp3")
    let locked = library.path("locked")
    #expect(locked.withCString { chmod($0, 0) } == 0)
    defer { _ = locked.withCString { chmod($0, 0o755) } }
    #expect(try library.index() == IndexSummary(found: 0, missing: 1))
    #expect(try library.file("locked/deep/a.mp3")?.isMissing == false)
    #expect(throws: FileAccessError.self) { try library.index([locked]) }
  }
}
