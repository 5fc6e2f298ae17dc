import FileAccess
import TestSupport
import Testing

@Suite("File paths")
struct FilePathTests {
  @Test("keep bytes that are no text, and show them repaired")
  func invalidText() {
    let bytes: [UInt8] = [0x61, 0xFF, 0x2F, 0xC3, 0x28, 0x0A]
    let path = FilePath(bytes: bytes)
    #expect(path.bytes == bytes)
    #expect(!path.isValidUTF8)
    #expect(path.string == "a\u{FFFD}/\u{FFFD}(\n")
    #expect(path.lastComponent.bytes == [0xC3, 0x28, 0x0A])
    #expect(path.parent.bytes == [0x61, 0xFF])
    #expect(FilePath("Lied – 歌\n").isValidUTF8)
    #expect(path != FilePath(path.string), "a repaired name is another name")
  }

  @Test("end at the first NUL")
  func closingNUL() {
    #expect(FilePath(bytes: [0x61, 0, 0x62]) == FilePath("a"))
    #expect(FilePath("a\0b").bytes == [0x61])
    #expect(FilePath(bytes: [UInt8]()).bytes.isEmpty)
  }

  @Test("of the same letters composed in other ways differ")
  func normalisation() {
    let composed = FilePath("\u{E9}")
    let decomposed = FilePath("e\u{301}")
    #expect("\u{E9}" == "e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
  }

  @Test(
    "have a folder and a name",
    arguments: [
      ("/a/b", "/a", "b"), ("/a/b/", "/a", "b"), ("/a//b///", "/a", "b"), ("/a", "/", "a"),
      ("//a", "/", "a"), ("a/b", "a", "b"), ("a", ".", "a"), ("a/", ".", "a"), ("/", "/", ""),
      ("///", "/", ""), ("", ".", ""), ("./a", ".", "a"), ("../a", "..", "a"),
    ])
  func parts(path: String, parent: String, name: String) {
    #expect(FilePath(path).parent == FilePath(parent))
    #expect(FilePath(path).lastComponent == FilePath(name))
  }

  @Test(
    "have an extension where the name goes on before it",
    arguments: [
      ("a.mp3", "mp3"), ("a.b.FLAC", "flac"), ("/x.y/a", nil), (".hidden", nil),
      (".hidden.wav", "wav"), ("a", nil), ("dir.d/song.OGG/", "ogg"), ("", nil),
    ] as [(String, String?)])
  func extensions(path: String, wanted: String?) {
    #expect(FilePath(path).fileExtension == wanted)
  }

  @Test(
    "become absolute by their text",
    arguments: [
      ("b", "/a", "/a/b"), ("./b/../c", "/a", "/a/c"), ("/x//y/", "/a", "/x/y"),
      ("../../../b", "/a", "/b"), ("", "/a", "/a"), (".", "/a/b", "/a/b"), ("..", "/a/b", "/a"),
      ("..b/...", "/a", "/a/..b/..."), ("/..", "/a", "/"), ("/", "/a", "/"),
    ])
  func absolute(path: String, folder: String, wanted: String) {
    #expect(FilePath(path).absolute(in: FilePath(folder)) == FilePath(wanted))
  }

  @Test("become absolute once: doing it again changes nothing, whatever the bytes")
  func absoluteTwice() {
    var random = SplitMix64(seed: 3)
    let alphabet: [UInt8] = Array("/..ab".utf8) + [0xFF]
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...12, using: &random)
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0x2F }
      let path = FilePath(bytes: bytes).absolute(in: FilePath("/home"))
      #expect(path.isAbsolute)
      #expect(path.absolute(in: FilePath("/other")) == path)
      let parts = path.bytes.split(separator: 0x2F)
      #expect(!parts.contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
      // Taking a path apart and putting it together again gives the same path.
      if !parts.isEmpty { #expect(path.parent.appending(path.lastComponent) == path) }
    }
  }

  @Test("are joined by one slash")
  func appending() {
    #expect(FilePath("/a").appending("b") == FilePath("/a/b"))
    #expect(FilePath("/a/").appending("b") == FilePath("/a/b"))
    #expect(FilePath("/").appending("b") == FilePath("/b"))
    #expect(FilePath("").appending("b") == FilePath("b"))
  }

  @Test(
    "lie in a folder only at a whole name",
    arguments: [
      ("/music/a", "/music", true), ("/music", "/music", true), ("/musical/a", "/music", false),
      ("/music/a", "/music/", true), ("/music", "/music//", true), ("/mus", "/music", false),
      ("/", "/", true), ("/a", "/", true), ("a", "/", false), ("/a", "//", true),
      ("/a", "", false), ("a", "", false), ("a/b", "a", true), ("/a/../b", "/a", true),
    ])
  func inside(path: String, folder: String, wanted: Bool) {
    #expect(FilePath(path).isInside(FilePath(folder)) == wanted)
  }

  @Test("are ordered by their bytes")
  func order() {
    let names = ["b", "a", "a/b", "B", "é", "a-"].map { FilePath($0) } + [FilePath(bytes: [0xFF])]
    let sorted = names.sorted().map(\.bytes)
    #expect(
      sorted == [
        [0x42], [0x61], [0x61, 0x2D], [0x61, 0x2F, 0x62], [0x62], [0xC3, 0xA9], [0xFF],
      ])
  }
}
