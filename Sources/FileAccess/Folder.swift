import Glibc

/// One name in a folder, with what the system says of it.
public struct FolderEntry: Sendable {
  /// The folder's path and the name.
  public let path: FilePath
  /// What it is; a link is reported as a link.
  public let kind: FileKind
  /// The size in bytes.
  public let size: Int
  /// When its contents last changed, in nanoseconds since 1970.
  public let modificationTime: Int64
  /// The device and file number, the same for two names of one file.
  public let identity: FileNumber
}

/// The system's own number of a file or folder.
public struct FileNumber: Hashable, Sendable {
  let device: UInt64
  let number: UInt64
}

extension FolderEntry {
  /// Looks a path up.
  /// - Parameter followLinks: whether a link is reported as what it points to.
  /// - Throws: `notFound`, `permissionDenied` or `system`.
  public init(at path: FilePath, followLinks: Bool) throws(FileAccessError) {
    var facts = stat()
    let status = path.withCString { followLinks ? stat($0, &facts) : lstat($0, &facts) }
    guard status == 0 else { throw FileAccessError(errno: errno, operation: .open, path: path) }
    self.path = path
    kind = FileKind(mode: facts.st_mode)
    size = Int(facts.st_size)
    modificationTime = facts.modificationNanoseconds
    identity = FileNumber(device: UInt64(facts.st_dev), number: UInt64(facts.st_ino))
  }

  /// Lists a folder's names, without `.` and `..`, in the order of their bytes.
  /// - Throws: `notFound`, `permissionDenied` or `system`.
  public static func names(in folder: FilePath) throws(FileAccessError) -> [FilePath] {
    guard let stream = folder.withCString({ opendir($0) }) else {
      throw FileAccessError(errno: errno, operation: .list, path: folder)
    }
    defer { closedir(stream) }
    var names: [FilePath] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { FilePath(bytes: $0) }
      if name.bytes.elementsEqual(".".utf8) || name.bytes.elementsEqual("..".utf8) { continue }
      names.append(name)
    }
    if errno != 0 { throw FileAccessError(errno: errno, operation: .list, path: folder) }
    return names.sorted()
  }

  /// The folder that relative names begin at.
  public static var currentFolder: FilePath {
    guard let text = getcwd(nil, 0) else { return FilePath("/") }
    defer { free(text) }
    return FilePath(bytes: UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  /// The path with every link in it followed, or nil when it does not exist.
  public static func realPath(of path: FilePath) -> FilePath? {
    guard let text = path.withCString({ realpath($0, nil) }) else { return nil }
    defer { free(text) }
    return FilePath(bytes: UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  /// Whether this account may write to a file or folder, links followed; false when it is not there.
  public static func isWritable(_ path: FilePath) -> Bool {
    path.withCString { access($0, W_OK) } == 0
  }

  /// Makes a folder and those above it that are missing.
  public static func createFolders(_ path: FilePath) throws(FileAccessError) {
    if (try? FolderEntry(at: path, followLinks: true))?.kind == .folder { return }
    if path.parent != path { try createFolders(path.parent) }
    guard path.withCString({ mkdir($0, 0o755) }) != 0 else { return }
    let number = errno
    // Another program may have made the same folder since.
    let now = try? FolderEntry(at: path, followLinks: true)
    guard number == EEXIST, now?.kind == .folder else {
      throw FileAccessError(errno: number, operation: .create, path: path)
    }
  }
}
