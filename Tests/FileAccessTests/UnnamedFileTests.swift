import FileAccess
import Testing

@Suite("Files without a name")
struct UnnamedFileTests {
  @Test("The bytes are read back, and nothing is left in the folder", arguments: [0, 1, 100_000])
  func bytes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let file = try UnnamedFile.holding(bytes)
    #expect(file.size == count)
    #expect(try file.contents(limit: 1 << 20) == bytes)
    #expect(throws: FileAccessError.self) { try FolderEntry(at: file.path, followLinks: false) }
  }
}
