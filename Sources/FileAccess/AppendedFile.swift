import Glibc

/// A file that grows at its end, held open by one writer: while it is, no other program gets it. The
/// system takes the lock back when the program ends, however it ends.
public final class AppendedFile {
  /// Its name.
  public let path: FilePath
  /// Its size in bytes, which is where the next bytes go.
  public private(set) var size: Int
  private let descriptor: Int32

  /// Opens a file for appending, made empty when there is none.
  /// - Throws: `notARegularFile`, `permissionDenied`, `noSpace`, `inUse` or `system`.
  public init(_ path: FilePath) throws(FileAccessError) {
    descriptor = path.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666) }
    guard descriptor >= 0 else {
      throw FileAccessError(errno: errno, operation: .open, path: path)
    }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, FileKind(mode: facts.st_mode) == .regular else {
      close(descriptor)
      throw FileAccessError(
        code: .notARegularFile(FileKind(mode: facts.st_mode)), operation: .open, path: path)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &facts) == 0 else {
      close(descriptor)
      throw FileAccessError(code: .inUse, operation: .open, path: path)
    }
    self.path = path
    size = Int(facts.st_size)
  }

  deinit { close(descriptor) }

  /// Cuts the file to a length, to be rid of what a killed writer left half done.
  /// - Throws: `system`.
  public func truncate(to length: Int) throws(FileAccessError) {
    guard ftruncate(descriptor, off_t(length)) == 0 else {
      throw FileAccessError(errno: errno, operation: .write, path: path)
    }
    size = length
  }

  /// Adds bytes at the end. When it throws, the file is as long as before.
  /// - Throws: `noSpace` or `system`.
  public func append(_ bytes: [UInt8]) throws(FileAccessError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        pwrite(
          descriptor, UnsafeRawBufferPointer(rebasing: buffer[written...]).baseAddress,
          buffer.count - written, off_t(size + written))
      }
      if count < 0 {
        if errno == EINTR { continue }
        let error = FileAccessError(errno: errno, operation: .write, path: path)
        _ = ftruncate(descriptor, off_t(size))
        throw error
      }
      written += count
    }
    size += written
  }

  /// Brings what was written to the disk.
  /// - Throws: `system`.
  public func synchronise() throws(FileAccessError) {
    guard fsync(descriptor) == 0 else {
      throw FileAccessError(errno: errno, operation: .write, path: path)
    }
  }
}
