import Glibc

/// A folder for files that nobody needs afterwards: it is removed with them when it is let go of.
public final class ScratchFolder: Sendable {
  /// Where it is.
  public let path: FilePath

  /// Makes an empty folder in that for temporary files, which only its owner may enter.
  /// - Throws: `noSpace`, `permissionDenied`, `notFound` or `system`.
  public init() throws(FileAccessError) {
    var name = temporaryName()
    let number = mkdtemp(&name) == nil ? errno : 0
    path = FilePath(bytes: name.dropLast().map { UInt8(bitPattern: $0) })
    guard number == 0 else {
      throw FileAccessError(errno: number, operation: .create, path: path)
    }
  }

  deinit {
    for name in (try? FolderEntry.names(in: path)) ?? [] {
      _ = path.appending(name).withCString { unlink($0) }
    }
    _ = path.withCString { rmdir($0) }
  }
}
