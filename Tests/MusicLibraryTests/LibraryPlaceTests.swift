import Catalogue
import FileAccess
import Hashing
import MusicLibrary
import TestSupport
import Testing

@Suite("Where a library lies, and who may write to it")
struct LibraryPlaceTests {
  private func place(_ environment: [String: String], named: String? = nil) -> String {
    LibraryLocation(named: named.map { FilePath($0) }) { environment[$0].map { FilePath($0) } }
      .catalogue.string
  }

  @Test("named, else from the environment, else that of the account")
  func naming() {
    let all = ["EARSHOT_LIBRARY": "/e/l.db", "XDG_DATA_HOME": "/x", "HOME": "/h"]
    #expect(place(all, named: "/n/mine.db") == "/n/mine.db")
    #expect(place(all) == "/e/l.db")
    #expect(place(["XDG_DATA_HOME": "/x", "HOME": "/h"]) == "/x/earshot/library.db")
    #expect(place(["HOME": "/h"]) == "/h/.local/share/earshot/library.db")
    #expect(place([:]) == "/.local/share/earshot/library.db")
  }

  @Test("what belongs to a library lies beside it under its name")
  func beside() throws {
    let model = try #require(Digest(bytes: (0..<32).map { UInt8($0) }))
    let location = LibraryLocation(catalogue: FilePath("/m/my.music.db"))
    #expect(location.lockFile == FilePath("/m/my.music.lock"))
    #expect(location.searchFile(model: model, isMain: true) == FilePath("/m/my.music.vectors"))
    #expect(
      location.searchFile(model: model, isMain: false)
        == FilePath("/m/my.music.000102030405.vectors"))
    #expect(
      location.modelFile(model) == FilePath("/m/models/\(model.hexadecimal).safetensors"))
    let plain = LibraryLocation(catalogue: FilePath("/m/library"))
    #expect(plain.lockFile == FilePath("/m/library.lock"))
  }

  @Test("no two libraries share a file, and none is called like what belongs to it")
  func apart() throws {
    let model = try #require(Digest(bytes: (0..<32).map { UInt8($0) }))
    let names = [
      "/m/a", "/m/a.db", "/m/a.v1", "/m/a.v2", "/m/a.lock", "/m/a.vectors", "/m/.db", "/m/db",
    ]
    for name in names {
      let place = LibraryLocation(catalogue: FilePath(name))
      let mine = [place.lockFile, place.searchFile(model: model, isMain: true)]
      #expect(!mine.contains(FilePath(name)), "\(name)")
    }
    let versions = ["/m/a.v1", "/m/a.v2"].map {
      LibraryLocation(catalogue: FilePath($0)).searchFile(model: model, isMain: true)
    }
    #expect(versions[0] != versions[1])
  }

  @Test("one holder at a time; who lets go lets the next one in")
  func lock() throws {
    let folder = TemporaryFolder()
    let location = LibraryLocation(catalogue: folder.path.appending("new/library.db"))
    let other = LibraryLocation(catalogue: folder.path.appending("new/other.db"))
    do {
      let first = try LibraryLock(location)
      #expect(first != nil)
      #expect(try LibraryLock(location) == nil)
      #expect(try LibraryLock(other) != nil)
      // Other programs see it too.
      #expect(Command.run(["flock", "-n", location.lockFile.string, "true"]) == 1)
      withExtendedLifetime(first) {}
    }
    #expect(try LibraryLock(location) != nil)
    #expect(Command.run(["flock", "-n", location.lockFile.string, "true"]) == 0)
  }

  @Test("a lock file that cannot be made is an error, not a lock")
  func unwritable() throws {
    let folder = TemporaryFolder()
    let file = try folder.write([1], as: "file")
    let location = LibraryLocation(catalogue: file.appending("library.db"))
    #expect(throws: FileAccessError.self) { try LibraryLock(location) }
  }
}
