import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("Written files")
struct WrittenFileTests {
  let folder = TemporaryFolder()

  @Test("hold all parts one behind the other")
  func parts() throws {
    let path = folder.path.appending("file")
    try WrittenFile.replace(path, with: [[1, 2], [], [3]])
    #expect(try ReadableFile(path).contents(limit: 10) == [1, 2, 3])
    try WrittenFile.replace(path, with: [[UInt8]]())
    #expect(try ReadableFile(path).size == 0)
    let large = [UInt8](repeating: 5, count: 3 << 20)
    try WrittenFile.replace(path, with: large)
    #expect(try ReadableFile(path).contents(limit: 4 << 20) == large)
    #expect(try FolderEntry.names(in: folder.path) == [FilePath("file")])
  }

  @Test("go where a link leads, which stays; a link to nothing gives way")
  func links() throws {
    try FolderEntry.createFolders(folder.path.appending("other"))
    let target = try folder.write([1], as: "other/file")
    let link = folder.path.appending("link")
    #expect(symlink("other/file", link.string) == 0)
    try WrittenFile.replace(link, with: [2])
    try WrittenFile.replace(link) { write throws(FileAccessError) in try write([3]) }
    #expect(try ReadableFile(target).contents(limit: 9) == [3])
    #expect(try FolderEntry(at: link, followLinks: false).kind == .link)
    #expect(try FolderEntry.names(in: folder.path.appending("other")) == [FilePath("file")])

    let dangling = folder.path.appending("dangling")
    #expect(symlink("nowhere", dangling.string) == 0)
    try WrittenFile.replace(dangling, with: [4])
    #expect(try FolderEntry(at: dangling, followLinks: false).kind == .regular)
    #expect(try FolderEntry.names(in: folder.path).count == 3)
  }

  @Test("may have the longest name there is")
  func longName() throws {
    let path = folder.path.appending(String(repeating: "n", count: 255))
    try WrittenFile.replace(path, with: [1])
    #expect(try ReadableFile(path).contents(limit: 1) == [1])
    #expect(throws: FileAccessError.self) {
      try WrittenFile.replace(folder.path.appending(String(repeating: "n", count: 256)), with: [1])
    }
    #expect(try FolderEntry.names(in: folder.path).count == 1)
  }

  @Test("never push out a folder, a FIFO or a device, by their names or through a link")
  func otherKinds() throws {
    let inner = folder.path.appending("inner")
    try FolderEntry.createFolders(inner)
    let fifo = folder.path.appending("fifo")
    #expect(mkfifo(fifo.string, 0o600) == 0)
    let device = folder.path.appending("device")
    #expect(symlink("/dev/null", device.string) == 0)
    for (path, kind) in [(inner, FileKind.folder), (fifo, .fifo), (device, .device)] {
      #expect(
        throws: FileAccessError(code: .notARegularFile(kind), operation: .create, path: path)
      ) { try WrittenFile.replace(path, with: [1]) }
      #expect(try FolderEntry(at: path, followLinks: true).kind == kind)
    }
    #expect(try FolderEntry.names(in: folder.path).count == 3, "nothing is left behind")
  }

  @Test("need their folder")
  func noFolder() throws {
    let path = folder.path.appending("missing/file")
    #expect(
      throws: FileAccessError(
        code: .notFound, operation: .create, path: path, systemCode: ENOENT)
    ) { try WrittenFile.replace(path, with: [1]) }
    #expect(try FolderEntry.names(in: folder.path).isEmpty)
  }

  @Test("that find no room leave the old file and nothing else")
  func noRoom() async throws {
    let path = try folder.write(Array("old".utf8), as: "file")
    // In a process of its own: the limit holds for all of it.
    await #expect(processExitsWith: .exitCode(7)) { [text = path.string as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      setrlimit(__rlimit_resource_t(1), &limit)
      do throws(FileAccessError) {
        try WrittenFile.replace(FilePath(text), with: [UInt8](repeating: 1, count: 200_000))
      } catch {
        exit(error.code == .noSpace && error.operation == .write ? 7 : 1)
      }
      exit(2)
    }
    #expect(try ReadableFile(path).contents(limit: 10) == Array("old".utf8))
    #expect(try FolderEntry.names(in: folder.path) == [FilePath("file")])
  }

  @Test(
    "are open to whom the umask says, as any program's files",
    arguments: [0o022: 0o644, 0o077: 0o600, 0o002: 0o664, 0: 0o666] as [UInt32: UInt32])
  func permissions(mask: UInt32, wanted: UInt32) async throws {
    let path = folder.path.appending("file")
    await #expect(processExitsWith: .exitCode(7)) { [text = path.string as String, mask] in
      umask(mask)
      guard (try? WrittenFile.replace(FilePath(text), with: [1])) != nil else { exit(1) }
      // Written, it stays the process's mask.
      exit(umask(0) == mask ? 7 : 2)
    }
    var facts = stat()
    #expect(stat(path.string, &facts) == 0)
    #expect(facts.st_mode & 0o777 == wanted)
  }

  @Test("are whole for every reader, however often they change")
  func wholeForReaders() throws {
    let path = folder.path.appending("file")
    try WrittenFile.replace(path, with: [UInt8](repeating: 0, count: 20_000))
    let writer = Thread { [path] in
      for round in 1...60 {
        let bytes = [UInt8](repeating: UInt8(round), count: 20_000)
        try? WrittenFile.replace(path, with: [Array(bytes[..<7_000]), Array(bytes[7_000...])])
      }
    }
    var seen: Set<UInt8> = []
    for _ in 0..<150 {
      let bytes = try ReadableFile(path).contents(limit: 1 << 20)
      #expect(bytes.count == 20_000)
      #expect(Set(bytes).count == 1)
      seen.formUnion(bytes)
    }
    writer.join()
    #expect(try ReadableFile(path).bytes(at: 0, count: 1) == [60])
    #expect(try FolderEntry.names(in: folder.path) == [FilePath("file")])
  }
}
