import Glibc

/// A folder for files that nobody needs afterwards: it is removed with them when it is let go of.
public final class ScratchFolder: Sendable {
  /// Where it is.
  public let path: FilePath

  /// Makes an empty folder in that for temporary files, which only its owner may enter.
  /// - Throws: `noSpace`, `permissionDenied`, `notFound` or `system`.
  public init() throws(FileAccessError) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(folder)/earshot-XXXXXX".utf8CString)
    let made = mkdtemp(&name)
    path = FilePath(bytes: name.dropLast().map { UInt8(bitPattern: $0) })
    guard made != nil else {
      throw FileAccessError(errno: errno, operation: .create, path: path)
    }
  }

  deinit {
    for name in (try? FolderEntry.names(in: path)) ?? [] {
      _ = path.appending(name).withCString { unlink($0) }
    }
    _ = path.withCString { rmdir($0) }
  }
}
