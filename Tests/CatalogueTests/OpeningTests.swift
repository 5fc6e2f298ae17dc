import FileAccess
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Catalogue

@Suite("Opening a library")
struct OpeningTests {
  let library = Library()

  private func refusal(_ access: Catalogue.Access) -> CatalogueError.Code? {
    Catalogue.code { () throws(CatalogueError) in _ = try Catalogue(library.path, access: access) }
  }

  @Test("makes it, with its folders, for writing only")
  func creation() throws {
    #expect(refusal(.reading) == .notFound)
    #expect(try FolderEntry.names(in: library.folder.path).isEmpty, "looking makes nothing")
    let deep = library.folder.path.appending("a/b/library.db")
    let catalogue = try Catalogue(deep, access: .writing)
    #expect(catalogue.path == deep)
    #expect(try catalogue.counts() == Catalogue.Counts())
    #expect(try catalogue.generation() == 0)
    #expect(try catalogue.isSound())
    let raw = try RawDatabase(deep)
    #expect(try raw.column("PRAGMA application_id") == ["1161908819"])
    #expect(try raw.column("PRAGMA user_version") == ["\(Schema.currentVersion)"])
    #expect(try raw.column("PRAGMA journal_mode") == ["wal"])
  }

  @Test("finds what was put in before")
  func again() throws {
    let track = try library.writing().add("/a", TagRecord(title: "One", year: 1999))
    for catalogue in [try library.reading(), try library.writing()] {
      #expect(try catalogue.track(track)?.tags == TagRecord(title: "One", year: 1999))
      #expect(try catalogue.counts().files == 1)
    }
  }

  @Test("recovers what a killed program had kept, and drops what it had not")
  func recovery() throws {
    let catalogue = try library.writing()
    try catalogue.add("/kept")
    let copy = library.folder.path.appending("copy.db")
    try catalogue.transaction { () throws(CatalogueError) in
      try catalogue.add("/lost")
      // The files as they are at this moment, as after a power cut.
      for ending in ["", "-wal"] {
        guard
          let bytes = try? ReadableFile(FilePath(library.path.string + ending)).contents(
            limit: 1 << 24),
          (try? WrittenFile.replace(FilePath(copy.string + ending), with: bytes)) != nil
        else {
          Issue.record("no copy")
          return
        }
      }
    }
    let recovered = try Catalogue(copy, access: .reading)
    #expect(try recovered.files().keys.map(\.string) == ["/kept"])
    #expect(try recovered.isSound())
  }

  @Test("of the file alone is enough after a checkpoint")
  func checkpoint() throws {
    let catalogue = try library.writing()
    try catalogue.add("/a", TagRecord(title: "Word"))
    try catalogue.checkpoint()
    let copy = try library.folder.write(
      ReadableFile(library.path).contents(limit: 1 << 24), as: "copy.db")
    #expect(try Catalogue(copy, access: .reading).tracks(matching: "word", limit: 5).count == 1)
  }

  @Test("at once by many programs makes one library")
  func together() throws {
    for round in 0..<5 {
      let path = library.folder.path.appending("together-\(round).db")
      let failures = Mutex<[CatalogueError]>([])
      let threads = (0..<6).map { number in
        Thread {
          do throws(CatalogueError) {
            try Catalogue(path, access: .writing).add("/file-\(number)")
          } catch {
            failures.withLock { $0.append(error) }
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(failures.withLock { $0 }.isEmpty)
      #expect(try Catalogue(path, access: .reading).files().count == 6)
    }
  }

  @Test("of a newer program's library is refused, and leaves it as it is")
  func newer() throws {
    _ = try library.writing().add("/a")
    let newer = Schema.currentVersion + 1
    try RawDatabase(library.path).execute("PRAGMA user_version = \(newer)")
    let before = try RawDatabase(library.path).contents()
    #expect(refusal(.reading) == .newerSchema(newer))
    #expect(refusal(.writing) == .newerSchema(newer))
    #expect(try RawDatabase(library.path).contents() == before)
  }

  @Test("of a version below the first is refused")
  func negative() throws {
    _ = try library.writing()
    try RawDatabase(library.path).execute("PRAGMA user_version = -1")
    #expect(refusal(.reading) == .notALibrary)
    #expect(refusal(.writing) == .notALibrary)
  }

  @Test(
    "of another program's database is refused, and leaves it as it is",
    arguments: [
      "CREATE TABLE other (x)", "CREATE TABLE other (x); PRAGMA user_version = 1",
      "PRAGMA application_id = 99; PRAGMA user_version = 1", "PRAGMA application_id = 99",
      "PRAGMA user_version = 9",
    ])
  func foreign(script: String) throws {
    try RawDatabase(library.path).execute(script)
    let before = try ReadableFile(library.path).contents(limit: 1 << 20)
    #expect(refusal(.reading) == .notALibrary)
    #expect(refusal(.writing) == .notALibrary)
    #expect(try ReadableFile(library.path).contents(limit: 1 << 20) == before)
    #expect(try FolderEntry.names(in: library.folder.path) == [FilePath("library.db")])
  }

  @Test("of a file that is no database is refused, and leaves it as it is")
  func noDatabase() throws {
    let contents: [[UInt8]] = [
      Array("My letter to the editor.\n".utf8), [UInt8](repeating: 0x55, count: 10_000),
      Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0xFF, count: 5_000), [0, 0],
    ]
    for bytes in contents {
      try WrittenFile.replace(library.path, with: bytes)
      #expect(refusal(.reading) == .notALibrary)
      #expect(refusal(.writing) == .notALibrary)
      #expect(try ReadableFile(library.path).contents(limit: 1 << 20) == bytes)
    }
  }

  @Test("of an empty file makes a library of it, for writing only")
  func emptyFile() throws {
    try WrittenFile.replace(library.path, with: [UInt8]())
    #expect(refusal(.reading) == .notALibrary)
    #expect(try ReadableFile(library.path).size == 0)
    _ = try library.writing().add("/a")
    #expect(try library.reading().counts().tracks == 1)
  }

  @Test("where no folder can be is refused")
  func noFolder() throws {
    let file = try library.folder.write([1], as: "file")
    let below = file.appending("library.db")
    #expect(
      Catalogue.code { () throws(CatalogueError) in _ = try Catalogue(below, access: .writing) }
        == .readOnly)
    #expect(
      Catalogue.code { () throws(CatalogueError) in _ = try Catalogue(below, access: .reading) }
        == .notFound)
    let folder = library.folder.path
    #expect(
      Catalogue.code { () throws(CatalogueError) in _ = try Catalogue(folder, access: .writing) }
        != nil)
  }

  @Test("says which SQLite it uses")
  func versions() {
    #expect(CatalogueLibraries.versions.map(\.name) == ["SQLite"])
    #expect(CatalogueLibraries.versions.allSatisfy { $0.version.hasPrefix("3.") })
  }
}
