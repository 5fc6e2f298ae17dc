import FileAccess
import Glibc
import MusicLibrary
import TestSupport
import Testing

@Suite("Patterns for names")
struct NamePatternTests {
  private func fits(_ pattern: String, _ path: String, isFolder: Bool = false) throws -> Bool {
    try fits(Array(pattern.utf8), Array(path.utf8), isFolder: isFolder)
  }

  private func fits(_ pattern: [UInt8], _ path: [UInt8], isFolder: Bool = false) throws -> Bool {
    let names = path.split(separator: UInt8(ascii: "/")).map { FilePath(bytes: $0) }
    return try #require(NamePattern(pattern)).fits(names, isFolder: isFolder)
  }

  @Test(
    "stars, question marks and sets stand for what they do in a shell",
    arguments: [
      ("a", "a", true), ("a", "A", false), ("a", "ab", false), ("*", "", false), ("*", ".h", true),
      ("*.wav", ".wav", true), ("*.wav", "a.wav", true), ("*.wav", "a.wav.mp3", false),
      ("a*b*c", "a--b--c", true), ("a*b*c", "abcb", false), ("**", "a", true),
      ("a**b", "axb", true),
      ("?", "a", true), ("?", "ab", false), ("??", "é", false), ("?", "é", true), ("?", "🎵", true),
      ("[ab]", "b", true), ("[ab]", "c", false), ("[a-c]x", "bx", true), ("[!a-c]", "b", false),
      ("[^a-c]", "d", true), ("[]]", "]", true), ("[!]]", "]", false), ("[a-]", "-", true),
      ("[äö].mp3", "ö.mp3", true), ("[à-ÿ]", "é", true), ("[z-a]", "b", false),
      ("[abc", "[abc", true), ("[", "[", true), ("[\\]]", "]", true), ("[a\\-c]", "b", false),
      ("\\*", "*", true), ("\\*", "a", false), ("a\\", "a\\", true), ("[*]", "*", true),
      ("[*]", "a", false),
    ])
  func signs(pattern: String, name: String, fits: Bool) throws {
    if name.isEmpty { return }
    #expect(try self.fits(pattern, name) == fits)
  }

  @Test(
    "a slash makes a pattern one of paths, and two stars stand for folders",
    arguments: [
      ("x", "a/b/x", true), ("a", "a/b/x", false), ("/x", "x", true), ("/x", "a/x", false),
      ("a/x", "a/x", true), ("a/x", "b/a/x", false), ("a/*", "a/b/x", false), ("a/*", "a/x", true),
      ("*/x", "a/x", true), ("*/x", "x", false), ("**/x", "x", true), ("**/x", "a/b/x", true),
      ("a/**/x", "a/x", true), ("a/**/x", "a/b/c/x", true), ("a/**/x", "b/x", false),
      ("a/**", "a", false), ("a/**", "a/b/c", true), ("**/a/**", "z/a/b", true),
      ("**/a/**", "z/a", false), ("/**", "a", true), ("a//x", "a/x", true),
      ("a/**/b/**/c", "a/b/x/b/c", true), ("a/**/b/**/c", "a/b/x/b/d", false),
    ])
  func paths(pattern: String, path: String, fits: Bool) throws {
    #expect(try self.fits(pattern, path) == fits)
  }

  @Test("a slash at the end asks for folders")
  func folders() throws {
    for pattern in ["a/", "a//"] {
      #expect(try fits(pattern, "x/a", isFolder: true))
      #expect(try !fits(pattern, "x/a", isFolder: false))
    }
    #expect(try fits("a/b/", "a/b", isFolder: true))
    #expect(try !fits("a/b/", "x/a/b", isFolder: true))
    #expect(NamePattern(Array("/".utf8)) == nil)
    #expect(NamePattern(Array("///".utf8)) == nil)
    #expect(NamePattern([]) == nil)
  }

  @Test("names that are not text are compared byte by byte")
  func bytes() throws {
    let star = Array("*".utf8)
    let broken: [UInt8] = [0x66, 0xFF, 0xC3, 0x2E]
    #expect(try fits(broken, broken))
    #expect(try fits(star + [0xC3] + star, broken))
    #expect(try fits(Array("f??.".utf8), broken))
    // Half a character is not the character.
    #expect(try !fits(star + [0xC3] + star, Array("é".utf8)))
    #expect(try fits([0x5B, 0xF0, 0x2D, 0xFF, 0x5D], [0xFE]))
    // A replacement character is not the byte that is shown as one.
    #expect(try !fits(Array("\u{FFFD}".utf8), [0xFF]))
    #expect(try fits(Array("a\nb*".utf8), Array("a\nb'\"\\".utf8)))
  }

  @Test("hostile names take no longer than others", .timeLimit(.minutes(1)))
  func hostile() throws {
    let many = String(repeating: "a*", count: 100) + "b"
    #expect(try !fits(many, String(repeating: "a", count: 255)))
    #expect(try fits(many, String(repeating: "a", count: 254) + "b"))
    let folders = "**/" + String(repeating: "a/**/", count: 60) + "b"
    #expect(try !fits(folders, String(repeating: "a/", count: 2_000) + "c"))
  }

  @Test("any pattern fits as the C library's own comparison says")
  func reference() throws {
    // Without the signs of which fnmatch(3) makes more than this does: a class in a set, a range
    // that runs backwards, a backslash within a set or at the end.
    var random = SplitMix64(seed: 90)
    let signs = Array("ab*?[]!".utf8)
    let letters = Array("ab]![".utf8)
    var fitting = 0
    for _ in 0..<20_000 {
      let pattern = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        signs[Int.random(in: 0..<signs.count, using: &random)]
      }
      let name = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        letters[Int.random(in: 0..<letters.count, using: &random)]
      }
      let status = FilePath(bytes: pattern).withCString { pattern in
        FilePath(bytes: name).withCString { fnmatch(pattern, $0, 0) }
      }
      if status == 0 { fitting += 1 }
      #expect(
        try fits(pattern, name) == (status == 0),
        "\(FilePath(bytes: pattern)) \(FilePath(bytes: name))")
    }
    #expect(fitting > 1_000)
  }
}
