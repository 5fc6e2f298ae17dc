/// Why a file could not be opened, read or written.
public struct FileAccessError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// No file of this name.
    case notFound
    /// The name stands for something that holds no bytes to read.
    case notARegularFile(FileKind)
    /// The system refused access.
    case permissionDenied
    /// The device is full, or a quota or size limit was met.
    case noSpace
    /// Another program writes to it.
    case inUse
    /// Any other refusal; `systemCode` says which.
    case system
  }

  /// What was being done.
  public enum Operation: String, Sendable {
    case open, read, write, list, create, rename, remove
  }

  /// What kind of trouble it was.
  public let code: Code
  /// What was being done.
  public let operation: Operation
  /// The file it happened to.
  public let path: FilePath
  /// The system's error number (`errno`), 0 where there was none.
  public let systemCode: Int32

  /// Makes an error.
  public init(code: Code, operation: Operation, path: FilePath, systemCode: Int32 = 0) {
    self.code = code
    self.operation = operation
    self.path = path
    self.systemCode = systemCode
  }
}

/// What a name in a folder stands for.
public enum FileKind: String, Sendable {
  case regular, folder, link, fifo, socket, device, other
}
