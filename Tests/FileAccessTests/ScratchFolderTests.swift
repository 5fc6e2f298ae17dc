import FileAccess
import Testing

@Suite("A scratch folder")
struct ScratchFolderTests {
  @Test("has a name of its own, and is gone with its files when it is let go of")
  func life() throws {
    var folder: ScratchFolder? = try ScratchFolder()
    let path = try #require(folder?.path)
    #expect(try FolderEntry(at: path, followLinks: false).kind == .folder)
    try WrittenFile.replace(path.appending("file"), with: [1])
    #expect(try FolderEntry.names(in: path) == [FilePath("file")])
    let other = try ScratchFolder()
    #expect(other.path != path)
    folder = nil
    #expect((try? FolderEntry(at: path, followLinks: false)) == nil)
    #expect(try FolderEntry(at: other.path, followLinks: false).kind == .folder)
  }
}
