import FileAccess
import Testing

@testable import CommandInterface

@Suite("Files that go by one name")
struct NamedFilesTests {
  @Test("the name ends at the first equals sign, each file at a comma")
  func read() throws {
    let plain = try #require(NamedFiles(Array("mine=a.safetensors,b,/c/d=e".utf8)))
    #expect(plain.name == "mine")
    #expect(plain.files == [FilePath("a.safetensors"), FilePath("b"), FilePath("/c/d=e")])
    let raw = try #require(NamedFiles(Array("m=".utf8) + [0xFF, 0x2C, 0x62]))
    #expect(raw.files == [FilePath(bytes: [0xFF]), FilePath("b")])
  }

  @Test(
    "anything else is refused",
    arguments: ["", "a,b", "=a,b", "m=", "m=a", "m=a,", "m=,a", "m=a,,b", "m=a,b,a"])
  func refused(text: String) { #expect(NamedFiles(Array(text.utf8)) == nil) }
}
