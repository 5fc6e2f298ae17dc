import FileAccess
import Glibc
import Synchronization

/// Calls `body` with an open file that holds these bytes. With `TMPDIR=/dev/shm`, as the fuzzer runs, no
/// disk is touched.
func withFile<Result>(
  of bytes: [UInt8], _ body: (ReadableFile) throws -> Result
) throws -> Result {
  try withPath(of: bytes) { try body(ReadableFile($0)) }
}

/// Calls `body` with a name that the bytes can be opened by.
func withPath<Result>(
  of bytes: [UInt8], _ body: (FilePath) throws -> Result
) throws -> Result {
  let file = try ReusedFile.take()
  defer { ReusedFile.giveBack(file) }
  try file.hold(bytes)
  return try body(file.path)
}

/// A file without a name that is written again for each input: making a new one takes longer than most
/// readers do.
final class ReusedFile: Sendable {
  private static let idle = Mutex<[ReusedFile]>([])

  private let descriptor: Int32
  let path: FilePath

  private init() throws {
    let empty = try UnnamedFile.holding([])
    descriptor = open("/proc/self/fd/\(empty.descriptor)", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw BrokenProperty(description: "no file to write: \(errno)") }
    path = FilePath("/proc/self/fd/\(descriptor)")
  }

  deinit { close(descriptor) }

  static func take() throws -> ReusedFile {
    if let file = idle.withLock({ $0.popLast() }) { return file }
    return try ReusedFile()
  }

  static func giveBack(_ file: ReusedFile) { idle.withLock { $0.append(file) } }

  /// Makes the file hold these bytes and no others.
  func hold(_ bytes: [UInt8]) throws {
    try write(bytes[...], at: 0)
    guard ftruncate(descriptor, off_t(bytes.count)) == 0 else {
      throw BrokenProperty(description: "no file cut: \(errno)")
    }
  }

  /// Writes bytes into their place.
  func write(_ bytes: ArraySlice<UInt8>, at place: Int) throws {
    let count = bytes.withUnsafeBytes {
      pwrite(descriptor, $0.baseAddress, $0.count, off_t(place))
    }
    guard count == bytes.count else {
      throw BrokenProperty(description: "no bytes written: \(errno)")
    }
  }
}
