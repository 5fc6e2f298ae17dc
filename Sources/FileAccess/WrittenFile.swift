import Glibc

/// Files that appear whole or not at all.
public enum WrittenFile {
  /// Writes bytes beside `path`, brings them to the disk and renames them into place, so that
  /// nobody ever sees half a file and a failure leaves the old one as it was. Where the name is a link to
  /// a file, that file is replaced and the link stays.
  /// - Throws: `notARegularFile` when the name stands for a folder, device, FIFO or socket, which a
  ///   file would push out; `noSpace`, `permissionDenied` or `system`.
  public static func replace(
    _ path: FilePath, with parts: some Sequence<[UInt8]>
  ) throws(FileAccessError) {
    let path = Self.target(of: path)
    let (descriptor, name) = try begin(path)
    do throws(FileAccessError) {
      for part in parts { try write(part, to: descriptor, path: path) }
      try finish(descriptor, name, path)
    } catch {
      abandon(descriptor, name)
      throw error
    }
  }

  /// Writes a file in the same way, part by part as `body` makes them.
  /// - Throws: what `body` throws, and the same as above.
  public static func replace(
    _ path: FilePath,
    writing body: (_ write: ([UInt8]) throws(FileAccessError) -> Void) throws -> Void
  ) throws {
    let path = Self.target(of: path)
    let (descriptor, name) = try begin(path)
    do {
      try body { (part) throws(FileAccessError) in try write(part, to: descriptor, path: path) }
      try finish(descriptor, name, path)
    } catch {
      abandon(descriptor, name)
      throw error
    }
  }

  /// Writes bytes as the whole of a file, in the same way.
  public static func replace(_ path: FilePath, with bytes: [UInt8]) throws(FileAccessError) {
    try replace(path, with: [bytes])
  }

  /// The file that a link leads to; the path itself where it is none or leads to no file.
  private static func target(of path: FilePath) -> FilePath {
    guard (try? FolderEntry(at: path, followLinks: false))?.kind == .link,
      (try? FolderEntry(at: path, followLinks: true))?.kind == .regular
    else { return path }
    return FolderEntry.realPath(of: path) ?? path
  }

  private static func begin(
    _ path: FilePath
  ) throws(FileAccessError) -> (descriptor: Int32, name: FilePath) {
    let old = try? FolderEntry(at: path, followLinks: true)
    if let kind = old?.kind, kind != .regular {
      throw FileAccessError(code: .notARegularFile(kind), operation: .create, path: path)
    }
    return try createBeside(path)
  }

  private static func finish(
    _ descriptor: Int32, _ name: FilePath, _ path: FilePath
  ) throws(FileAccessError) {
    guard fsync(descriptor) == 0 else {
      throw FileAccessError(errno: errno, operation: .write, path: path)
    }
    let status = name.withCString { from in path.withCString { rename(from, $0) } }
    guard status == 0 else {
      throw FileAccessError(errno: errno, operation: .rename, path: path)
    }
    close(descriptor)
  }

  private static func abandon(_ descriptor: Int32, _ name: FilePath) {
    close(descriptor)
    _ = name.withCString { unlink($0) }
  }

  /// Makes a new file in the same folder.
  ///
  /// Not `mkstemp`: its files are closed to others, and only changing the umask, which all threads
  /// share, would tell what they should have been open to. `open` applies it.
  private static func createBeside(
    _ path: FilePath
  ) throws(FileAccessError) -> (descriptor: Int32, name: FilePath) {
    while true {
      let ending = ".\(String(UInt64.random(in: 0 ... .max), radix: 36))"
      // Cut, so that the longest allowed name can be written too.
      let name = path.parent.appending(
        FilePath(bytes: path.lastComponent.bytes.prefix(200) + Array(ending.utf8)))
      let descriptor = name.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      if descriptor >= 0 { return (descriptor, name) }
      guard errno == EEXIST || errno == EINTR else {
        throw FileAccessError(errno: errno, operation: .create, path: path)
      }
    }
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
