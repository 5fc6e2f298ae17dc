import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("Readable files")
struct ReadableFileTests {
  let folder = TemporaryFolder()

  private func code(
    of path: FilePath, followLinks: Bool = true
  ) -> FileAccessError.Code? {
    do throws(FileAccessError) {
      _ = try ReadableFile(path, followLinks: followLinks)
      return nil
    } catch {
      #expect(error.path == path)
      #expect(error.operation == .open)
      return error.code
    }
  }

  @Test("give any part of their bytes")
  func parts() throws {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let file = try ReadableFile(folder.write(bytes, as: "file"))
    #expect(file.size == 10_000)
    #expect(try file.contents(limit: 10_000) == bytes)
    #expect(try file.bytes(at: 0, count: 0).isEmpty)
    #expect(try file.bytes(at: 17, count: 100) == Array(bytes[17..<117]))
    #expect(try file.bytes(at: 9_990, count: 100) == Array(bytes[9_990...]))
    #expect(try file.bytes(at: 10_000, count: 1).isEmpty)
    #expect(try file.bytes(at: 1 << 40, count: 1).isEmpty)
    #expect(try file.bytes(at: 5, count: -1).isEmpty)
    #expect(try file.bytes(at: 1, count: .max) == Array(bytes[1...]))
  }

  @Test("say when a place makes no sense")
  func badPlace() throws {
    let file = try ReadableFile(folder.write([1, 2, 3], as: "file"))
    #expect {
      _ = try file.bytes(at: -1, count: 1)
    } throws: { error in
      let error = error as? FileAccessError
      return error?.operation == .read && error?.systemCode == EINVAL
    }
  }

  @Test("may be empty, and are refused when larger than asked for")
  func limits() throws {
    let empty = try ReadableFile(folder.write([], as: "empty"))
    #expect(try empty.contents(limit: 0).isEmpty)
    let file = try ReadableFile(folder.write([1, 2, 3], as: "file"))
    #expect(throws: FileAccessError(code: .noSpace, operation: .read, path: file.path)) {
      _ = try file.contents(limit: 2)
    }
  }

  @Test("are opened by names that are no text")
  func strangeNames() throws {
    for name: [UInt8] in [[0xFF, 0xFE], [0x0A], [0x20], [0x2D, 0x72, 0x66], [0xC3]] {
      let path = folder.path.appending(FilePath(bytes: name))
      try WrittenFile.replace(path, with: name)
      #expect(try ReadableFile(path).contents(limit: 10) == name)
    }
  }

  @Test("are regular files: whatever else has a name is refused at once")
  func otherKinds() throws {
    let fifo = folder.path.appending("fifo")
    #expect(mkfifo(fifo.string, 0o600) == 0)
    // Without a writer: opening it the usual way would wait forever.
    #expect(code(of: fifo) == .notARegularFile(.fifo))
    #expect(code(of: folder.path) == .notARegularFile(.folder))
    #expect(code(of: FilePath("/dev/null")) == .notARegularFile(.device))
    #expect(code(of: folder.path.appending("missing")) == .notFound)
    #expect(code(of: FilePath("")) == .notFound)
    let file = try folder.write([1], as: "file")
    #expect(code(of: file.appending("below")) == .notFound)
    let socket = folder.path.appending("socket")
    #expect(Self.makeSocket(at: socket))
    #expect(code(of: socket) == .notARegularFile(.socket))
    #expect(code(of: FilePath(String(repeating: "n", count: 300))) == .system)
  }

  @Test("are found through links only when links may be followed")
  func links() throws {
    let file = try folder.write([1, 2], as: "file")
    let link = folder.path.appending("link")
    #expect(symlink(file.string, link.string) == 0)
    #expect(try ReadableFile(link).contents(limit: 2) == [1, 2])
    #expect(code(of: link, followLinks: false) == .notARegularFile(.link))
    #expect(code(of: file, followLinks: false) == nil)
    let dangling = folder.path.appending("dangling")
    #expect(symlink("nowhere", dangling.string) == 0)
    #expect(code(of: dangling) == .notFound)
    let loop = folder.path.appending("loop")
    #expect(symlink("loop", loop.string) == 0)
    #expect(code(of: loop) == .notARegularFile(.link))
  }

  @Test("stay the file that was opened when the name goes to another")
  func renamed() throws {
    let path = try folder.write([1, 1, 1], as: "file")
    let file = try ReadableFile(path)
    try WrittenFile.replace(path, with: [2, 2, 2])
    #expect(try file.contents(limit: 3) == [1, 1, 1])
    #expect(try ReadableFile(path).contents(limit: 3) == [2, 2, 2])
  }

  @Test("give what is there when their size was a lie")
  func lies() throws {
    let path = try folder.write([UInt8](repeating: 7, count: 5_000), as: "file")
    let file = try ReadableFile(path)
    #expect(truncate(path.string, 1_234) == 0)
    #expect(try file.contents(limit: 5_000) == [UInt8](repeating: 7, count: 1_234))
    #expect(try file.bytes(at: 2_000, count: 10).isEmpty)
    #expect(truncate(path.string, 9_000) == 0)
    // What came after it was opened does not count.
    #expect(try file.bytes(at: 4_990, count: 100) == [UInt8](repeating: 0, count: 10))
    // The system's own files say that they have no bytes.
    let status = try ReadableFile(FilePath("/proc/self/status"))
    #expect(status.size == 0)
    var buffer = [UInt8](repeating: 0, count: 5)
    let count = try buffer.withUnsafeMutableBytes { try status.read(at: 0, into: $0) }
    #expect(count == 5)
    #expect(buffer == Array("Name:".utf8))
  }

  @Test("close with the last reference and are not passed on to other programs")
  func descriptors() throws {
    let path = try folder.write([1], as: "file")
    var file: ReadableFile? = try ReadableFile(path)
    let descriptor = try #require(file).descriptor
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    var facts = stat()
    #expect(fstat(descriptor, &facts) == 0)
    let number = facts.st_ino
    file = nil
    // Another test may have been given the number since, but not for this file.
    #expect(fstat(descriptor, &facts) != 0 || facts.st_ino != number)
  }

  private static func makeSocket(at path: FilePath) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.bytes.count < room else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.bytes) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }

  @Test("a file dated in the year 2300 has a time like any other")
  func farFuture() throws {
    let folder = TemporaryFolder()
    let path = try folder.write([1], as: "far")
    let seconds = 10_413_792_000
    let times = [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: 5), count: 2)
    try #require(utimensat(AT_FDCWD, path.string, times, 0) == 0)
    let file = try ReadableFile(path)
    #expect(try FolderEntry(at: path, followLinks: true).modificationTime == file.modificationTime)
    #expect(file.modificationTime == Int64(seconds) &* 1_000_000_000 &+ 5)
  }
}
