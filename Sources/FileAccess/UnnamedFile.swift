import Glibc

/// Bytes as a file that nobody else sees and that is gone when it is let go of.
public enum UnnamedFile {
  /// Writes bytes to a file in the folder for temporary files, opens it and takes its name away.
  /// - Throws: `noSpace`, `permissionDenied`, `notFound` or `system`.
  public static func holding(_ bytes: [UInt8]) throws(FileAccessError) -> ReadableFile {
    var name = temporaryName()
    let descriptor = mkstemp(&name)
    let path = FilePath(bytes: name.dropLast().map { UInt8(bitPattern: $0) })
    guard descriptor >= 0 else {
      throw FileAccessError(errno: errno, operation: .create, path: path)
    }
    defer {
      close(descriptor)
      _ = path.withCString { unlink($0) }
    }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileAccessError(errno: errno, operation: .write, path: path)
      }
      written += count
    }
    return try ReadableFile(path)
  }
}

/// A name in the folder for temporary files, with a zero at its end, that `mkstemp` and `mkdtemp` make one
/// of that nobody has.
func temporaryName() -> [CChar] {
  let given = getenv("TMPDIR").map { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
  let folder = given.flatMap { $0.isEmpty ? nil : $0 } ?? Array("/tmp".utf8CString.dropLast())
  return folder + Array("/earshot-XXXXXX".utf8CString)
}
