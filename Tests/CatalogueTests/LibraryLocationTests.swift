import Catalogue
import FileAccess
import Hashing
import Testing

@Suite("Where a library lies")
struct LibraryLocationTests {
  private func place(
    _ named: String?, _ variables: [String: String]
  ) -> String {
    LibraryLocation(named: named.map { FilePath($0) }) { variables[$0].map { FilePath($0) } }
      .catalogue.string
  }

  @Test("is where a person says, or the environment, or the account")
  func named() {
    let all = ["EARSHOT_LIBRARY": "/e/l.db", "XDG_DATA_HOME": "/x", "HOME": "/h"]
    #expect(place("/n/l.db", all) == "/n/l.db")
    #expect(place(nil, all) == "/e/l.db")
    #expect(place(nil, ["XDG_DATA_HOME": "/x", "HOME": "/h"]) == "/x/earshot/library.db")
    #expect(place(nil, ["HOME": "/h"]) == "/h/.local/share/earshot/library.db")
    #expect(place(nil, [:]) == "/.local/share/earshot/library.db")
  }

  @Test(
    "has its other files beside it",
    arguments: [
      ("/a/library.db", "/a/library"), ("/a/music", "/a/music"), ("/a/.db", "/a/.db"),
      ("/a/b.c.d", "/a/b.c.d"), ("lib.db", "./lib"), ("/a/x.\u{130}", "/a/x.\u{130}"),
    ])
  func beside(catalogue: String, stem: String) {
    let location = LibraryLocation(catalogue: FilePath(catalogue))
    let model = Library.digest("m")
    #expect(location.lockFile.string == stem + ".lock")
    #expect(location.searchFile(model: model, isMain: true).string == stem + ".vectors")
    #expect(
      location.searchFile(model: model, isMain: false).string
        == "\(stem).\(model.hexadecimal.prefix(12)).vectors")
    #expect(
      location.modelFile(model)
        == FilePath(catalogue).parent.appending("models/\(model.hexadecimal).safetensors"))
  }

  @Test("keeps names that are no text")
  func bytes() {
    let location = LibraryLocation(catalogue: FilePath(bytes: [0x2F, 0xFF, 0x2E, 0xFE, 0xFD]))
    #expect(location.lockFile.bytes == [0x2F, 0xFF, 0x2E, 0xFE, 0xFD] + Array(".lock".utf8))
  }
}
