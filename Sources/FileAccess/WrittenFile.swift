import Glibc

/// Files that appear whole or not at all.
public enum WrittenFile {
  /// Writes bytes beside `path`, brings them to the disk and renames them into place, so that
  /// nobody ever sees half a file and a failure leaves the old one as it was.
  /// - Throws: `noSpace`, `permissionDenied` or `system`.
  public static func replace(
    _ path: FilePath, with parts: [[UInt8]]
  ) throws(FileAccessError) {
    var name = path.bytes.map { CChar(bitPattern: $0) } + ".XXXXXX\0".utf8.map(CChar.init)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw FileAccessError(errno: errno, operation: .create, path: path)
    }
    do throws(FileAccessError) {
      for part in parts { try write(part, to: descriptor, path: path) }
      let mask = umask(0)
      umask(mask)
      guard fchmod(descriptor, 0o666 & ~mask) == 0, fsync(descriptor) == 0 else {
        throw FileAccessError(errno: errno, operation: .write, path: path)
      }
      guard path.withCString({ rename(name, $0) }) == 0 else {
        throw FileAccessError(errno: errno, operation: .rename, path: path)
      }
    } catch {
      close(descriptor)
      unlink(name)
      throw error
    }
    close(descriptor)
  }

  /// Writes bytes as the whole of a file, in the same way.
  public static func replace(_ path: FilePath, with bytes: [UInt8]) throws(FileAccessError) {
    try replace(path, with: [bytes])
  }

  private static func write(
    _ bytes: [UInt8], to descriptor: Int32, path: FilePath
  ) throws(FileAccessError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
        return Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileAccessError(errno: errno, operation: .write, path: path)
      }
      written += count
    }
  }
}
