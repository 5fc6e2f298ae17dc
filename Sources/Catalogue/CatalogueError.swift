public import FileAccess

/// Why the library file could not be used.
public struct CatalogueError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// There is no library at this place.
    case notFound
    /// The file is something other than a library.
    case notALibrary
    /// A newer program wrote it, with this schema version.
    case newerSchema(Int)
    /// Another program is writing to it.
    case busy
    /// The disk is full, or the file may not grow any more.
    case noSpace
    /// The system could not read or write; its error number, 0 where SQLite did not keep it.
    case systemFailure(Int32)
    /// The file or its folder cannot be written.
    case readOnly
    /// The file is damaged.
    case damaged
    /// SQLite refused for another reason; `sqliteCode` says which.
    case refused
  }

  /// What kind of trouble it was.
  public let code: Code
  /// The library file.
  public let path: FilePath
  /// SQLite's extended result code, 0 where there was none.
  public let sqliteCode: Int32

  package init(code: Code, path: FilePath, sqliteCode: Int32 = 0) {
    self.code = code
    self.path = path
    self.sqliteCode = sqliteCode
  }
}
