import Catalogue
import CommandInterface
import Embedding
import FileAccess
import MusicLibrary

/// What every command that writes to a library does first.
extension CommandContext {
  /// Takes the library's lock; a library whose lock cannot be made cannot be written either.
  /// - Throws: ``CommandError``.
  func lockLibrary() throws(CommandError) -> LibraryLock {
    let lock: LibraryLock?
    do throws(FileAccessError) {
      lock = try LibraryLock(location)
    } catch {
      throw .libraryNotWritable(location.catalogue.string, ErrorText.text(error.code))
    }
    guard let lock else { throw .libraryLocked(location.catalogue.string) }
    return lock
  }

  /// Takes the lock of a library that must be there: nothing is made where there is none.
  /// - Throws: ``CommandError``, `CatalogueError` with the code `notFound`.
  func lockExistingLibrary() throws -> LibraryLock {
    _ = try openLibrary()
    return try lockLibrary()
  }

  /// Puts the model beside the library, so that its vectors can be asked for as long as it lives.
  /// - Throws: `ModelError`, `FileAccessError`.
  func keepCopy(of model: EmbeddingModel) throws {
    let copy = location.modelFile(model.identity)
    if (try? EmbeddingModel(copy))?.identity == model.identity { return }
    try model.verify(copy)
    try FolderEntry.createFolders(copy.parent)
    try model.write(to: copy)
  }
}
