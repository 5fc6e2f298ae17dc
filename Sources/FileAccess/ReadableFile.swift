import Glibc

/// A regular file open for reading, with the facts the system gave when it was opened.
///
/// The file is opened once and everything is read through that one descriptor, so what was checked
/// is what is read even if the name is given to another file meanwhile. Opening never waits, not
/// even on a FIFO. The descriptor is closed when the last reference goes.
public final class ReadableFile: Sendable {
  /// The name it was opened by.
  public let path: FilePath
  /// The size in bytes when it was opened. It is a claim: reading may find fewer or more.
  public let size: Int
  /// When its contents last changed, in nanoseconds since 1970.
  public let modificationTime: Int64
  /// The system's descriptor, valid as long as this object lives.
  public let descriptor: Int32

  /// Opens a file.
  /// - Parameter followLinks: whether a symbolic link is opened as the file it points to.
  /// - Throws: `notFound`, `permissionDenied`, `notARegularFile` or `system`.
  public init(_ path: FilePath, followLinks: Bool = true) throws(FileAccessError) {
    let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (followLinks ? 0 : O_NOFOLLOW)
    let descriptor = path.withCString { open($0, flags) }
    guard descriptor >= 0 else {
      throw FileAccessError(errno: errno, operation: .open, path: path)
    }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else {
      let number = errno
      close(descriptor)
      throw FileAccessError(errno: number, operation: .open, path: path)
    }
    let kind = FileKind(mode: facts.st_mode)
    guard kind == .regular else {
      close(descriptor)
      throw FileAccessError(code: .notARegularFile(kind), operation: .open, path: path)
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(facts.st_size)
    modificationTime = facts.modificationNanoseconds
  }

  deinit { close(descriptor) }

  /// Reads into `buffer` from a place in the file, until it is full or the file ends.
  /// - Returns: how many bytes were read; fewer than the buffer holds only at the end of the file.
  public func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileAccessError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
      if count < 0 {
        if errno == EINTR { continue }
        throw FileAccessError(errno: errno, operation: .read, path: path)
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Reads up to `count` bytes from a place in the file; fewer only at its end.
  public func bytes(at offset: Int, count: Int) throws(FileAccessError) -> [UInt8] {
    let room = max(0, min(count, size - offset))
    var failure: FileAccessError?
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
      do throws(FileAccessError) {
        filled = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads the whole file.
  /// - Parameter limit: the most bytes taken; a larger file is refused with `noSpace`.
  public func contents(limit: Int) throws(FileAccessError) -> [UInt8] {
    guard size <= limit else {
      throw FileAccessError(code: .noSpace, operation: .read, path: path)
    }
    return try bytes(at: 0, count: size)
  }
}

extension FilePath {
  /// Calls `body` with the path as a C string.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    var terminated = bytes.map { CChar(bitPattern: $0) }
    terminated.append(0)
    return terminated.withUnsafeBufferPointer { buffer in
      // The array holds at least the closing NUL, so it has an address.
      guard let address = buffer.baseAddress else { preconditionFailure("an array without memory") }
      return body(address)
    }
  }
}

extension FileAccessError {
  /// Makes an error of the system's number.
  package init(errno number: Int32, operation: Operation, path: FilePath) {
    let code: Code =
      switch number {
      case ENOENT, ENOTDIR: .notFound
      case EACCES, EPERM, EROFS: .permissionDenied
      case ENOSPC, EDQUOT, EFBIG: .noSpace
      case EISDIR: .notARegularFile(.folder)
      case ELOOP: .notARegularFile(.link)
      case ENXIO: .notARegularFile(.socket)
      default: .system
      }
    self.init(code: code, operation: operation, path: path, systemCode: number)
  }
}

extension FileKind {
  init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFLNK: .link
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      case S_IFCHR, S_IFBLK: .device
      default: .other
      }
  }
}

extension stat {
  var modificationNanoseconds: Int64 {
    // A file may be dated beyond 2262, where this wraps; it is only ever compared for equality.
    Int64(st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(st_mtim.tv_nsec)
  }
}
