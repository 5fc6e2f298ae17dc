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
