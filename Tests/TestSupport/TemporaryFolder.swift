public import FileAccess
import Glibc

/// A folder of its own for one test, removed with all that is in it when the test lets go of it.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: FilePath

  /// Makes an empty folder.
  public init() {
    var name = Array("/tmp/earshot-test-XXXXXX".utf8CString)
    precondition(mkdtemp(&name) != nil, "no temporary folder: errno \(errno)")
    path = FilePath(bytes: name.map { UInt8(bitPattern: $0) })
  }

  deinit { Self.remove(path) }

  /// Writes a file into the folder and returns its path.
  @discardableResult
  public func write(_ bytes: [UInt8], as name: String) throws -> FilePath {
    let file = path.appending(name)
    try FolderEntry.createFolders(file.parent)
    try WrittenFile.replace(file, with: bytes)
    return file
  }

  /// Writes a file as programs do that do not wait for the disk, for tests that write many.
  @discardableResult
  public func overwrite(_ bytes: [UInt8], as name: String) throws -> FilePath {
    let file = path.appending(name)
    let descriptor = file.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o600) }
    precondition(descriptor >= 0, "no file in a temporary folder: errno \(errno)")
    defer { close(descriptor) }
    let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    precondition(count == bytes.count, "\(count) of \(bytes.count) bytes: errno \(errno)")
    return file
  }

  private static func remove(_ path: FilePath) {
    for name in (try? FolderEntry.names(in: path)) ?? [] {
      let entry = path.appending(name)
      if (try? FolderEntry(at: entry, followLinks: false))?.kind == .folder {
        chmodWritable(entry)
        remove(entry)
      } else {
        _ = entry.withCString { unlink($0) }
      }
    }
    _ = path.withCString { rmdir($0) }
  }

  private static func chmodWritable(_ path: FilePath) {
    _ = path.withCString { chmod($0, 0o700) }
  }
}
