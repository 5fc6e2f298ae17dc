import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("Folders")
struct FolderTests {
  let folder = TemporaryFolder()

  @Test("list every name but . and .., by bytes")
  func listing() throws {
    let names: [[UInt8]] = [
      Array("b".utf8), Array("B".utf8), Array("..a".utf8), [0xFF], [0x0A], Array("é".utf8),
      [UInt8](repeating: 0x78, count: 255),
    ]
    for name in names {
      try WrittenFile.replace(folder.path.appending(FilePath(bytes: name)), with: [1])
    }
    try FolderEntry.createFolders(folder.path.appending("sub"))
    let wanted = (names + [Array("sub".utf8)]).map { FilePath(bytes: $0) }.sorted()
    #expect(try FolderEntry.names(in: folder.path) == wanted)
  }

  @Test("list thousands of names, each once")
  func manyNames() throws {
    for number in 0..<3_000 {
      let name = folder.path.appending("file-with-a-longer-name-\(number)").string
      let descriptor = open(name, O_CREAT | O_WRONLY, 0o600)
      #expect(descriptor >= 0)
      close(descriptor)
    }
    let names = try FolderEntry.names(in: folder.path)
    #expect(names.count == 3_000)
    #expect(Set(names).count == 3_000)
  }

  @Test("that are none cannot be listed")
  func noFolder() throws {
    let file = try folder.write([1], as: "file")
    for path in [file, folder.path.appending("missing")] {
      #expect {
        _ = try FolderEntry.names(in: path)
      } throws: { error in
        let error = error as? FileAccessError
        return error?.code == .notFound && error?.operation == .list && error?.path == path
      }
    }
    try FolderEntry.createFolders(folder.path.appending("empty"))
    #expect(try FolderEntry.names(in: folder.path.appending("empty")).isEmpty)
  }

  @Test("say of their entries what the system says")
  func entries() throws {
    let file = try folder.write([1, 2, 3], as: "file")
    let link = folder.path.appending("link")
    #expect(symlink("file", link.string) == 0)
    let other = folder.path.appending("other")
    #expect(Glibc.link(file.string, other.string) == 0)
    var times = [timespec(tv_sec: 5, tv_nsec: 7), timespec(tv_sec: 1_000_000_000, tv_nsec: 123)]
    #expect(utimensat(AT_FDCWD, file.string, &times, 0) == 0)
    let entry = try FolderEntry(at: file, followLinks: false)
    #expect(entry.kind == .regular)
    #expect(entry.size == 3)
    #expect(entry.modificationTime == 1_000_000_000_000_000_123)
    #expect(try ReadableFile(file).modificationTime == entry.modificationTime)
    #expect(try FolderEntry(at: other, followLinks: false).identity == entry.identity)
    #expect(try FolderEntry(at: link, followLinks: true).identity == entry.identity)
    #expect(try FolderEntry(at: link, followLinks: false).kind == .link)
    #expect(try FolderEntry(at: link, followLinks: false).identity != entry.identity)
    #expect(try FolderEntry(at: folder.path, followLinks: false).kind == .folder)
    #expect(FolderEntry.realPath(of: link) == FolderEntry.realPath(of: file))
    #expect(FolderEntry.realPath(of: folder.path.appending("missing")) == nil)
    // Times before 1970 are times too.
    times[1] = timespec(tv_sec: -1, tv_nsec: 999_999_999)
    #expect(utimensat(AT_FDCWD, file.string, &times, 0) == 0)
    #expect(try FolderEntry(at: file, followLinks: false).modificationTime == -1)
  }

  @Test("are made with those above them, and may be there already")
  func making() throws {
    let deep = folder.path.appending("a/b/c")
    try FolderEntry.createFolders(deep)
    try FolderEntry.createFolders(deep)
    try FolderEntry.createFolders(FilePath("/"))
    try FolderEntry.createFolders(FilePath("."))
    #expect(try FolderEntry(at: deep, followLinks: false).kind == .folder)
  }

  @Test("are not made where something else has the name")
  func taken() throws {
    let file = try folder.write([1], as: "file")
    let dangling = folder.path.appending("dangling")
    #expect(symlink("nowhere", dangling.string) == 0)
    for path in [file, file.appending("below"), dangling, FilePath("")] {
      #expect(throws: FileAccessError.self) { try FolderEntry.createFolders(path) }
    }
    #expect(try ReadableFile(file).contents(limit: 1) == [1])
  }

  @Test("the current one is absolute and there")
  func current() throws {
    let current = FolderEntry.currentFolder
    #expect(current.isAbsolute)
    #expect(try FolderEntry(at: current, followLinks: false).kind == .folder)
    #expect(
      try FolderEntry(at: current, followLinks: false).identity
        == FolderEntry(at: FilePath("."), followLinks: false).identity)
  }
}
