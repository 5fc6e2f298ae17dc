public import Catalogue
public import FileAccess
import Glibc

/// The right to write to a library, held by one program at a time. The system takes it back when
/// the program ends, however it ends.
public final class LibraryLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; nil when another program holds it.
  /// - Throws: when the lock file cannot be made.
  public init?(_ location: LibraryLocation) throws(FileAccessError) {
    try FolderEntry.createFolders(location.lockFile.parent)
    descriptor = location.lockFile.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) }
    guard descriptor >= 0 else {
      throw FileAccessError(errno: errno, operation: .create, path: location.lockFile)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}
