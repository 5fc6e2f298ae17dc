public import FileAccess

/// Where models are looked for.
public struct ModelLocator: Sendable {
  /// The model used when none is named.
  public static let defaultName = "earshot"

  /// The ending of a model file.
  public static let fileExtension = ".safetensors"

  /// The folders, in the order they are looked in.
  public let folders: [FilePath]

  /// Those of them in which models lie that came with the program.
  public let shippedFolders: [FilePath]

  /// - Parameters:
  ///   - environment: the value of `EARSHOT_MODELS`, folders separated by colons, or nil.
  ///   - library: the library file; models are looked for in `models/` beside it.
  ///   - executable: the program's own place with links followed; models are looked for in
  ///     `../share/earshot/models` from its folder, and, when it lies in a `.build` folder, in
  ///     `Models/` beside that.
  public init(environment: String?, library: FilePath?, executable: FilePath?) {
    var folders = (environment ?? "").split(separator: ":").map { FilePath(String($0)) }
    if let library { folders.append(library.parent.appending("models")) }
    var shipped: [FilePath] = []
    if let executable {
      shipped.append(executable.parent.parent.appending("share/earshot/models"))
      var folder = executable.parent
      while folder.parent != folder {
        if folder.lastComponent == FilePath(".build") {
          shipped.append(folder.parent.appending("Models"))
          break
        }
        folder = folder.parent
      }
    }
    self.folders = folders + shipped
    shippedFolders = shipped
  }

  /// The names of the models that came with the program, the default one first, then by their bytes;
  /// none where their folder cannot be read.
  public func shippedNames() -> [String] {
    var names: Set<String> = []
    for folder in shippedFolders {
      let files = (try? FolderEntry.names(in: folder)) ?? []
      for name in files.map(\.string) where name.hasSuffix(Self.fileExtension) {
        names.insert(String(name.dropLast(Self.fileExtension.count)))
      }
    }
    return names.sorted {
      ($0 != Self.defaultName ? 1 : 0, $0) < ($1 != Self.defaultName ? 1 : 0, $1)
    }
  }

  /// Finds a model by its path (anything with a slash or the ending of a model file) or its name.
  /// - Throws: `notFound`.
  public func find(_ name: FilePath) throws(ModelError) -> FilePath {
    let isPath = name.bytes.contains(UInt8(ascii: "/")) || name.fileExtension == "safetensors"
    let candidates =
      isPath ? [name] : folders.map { $0.appending(name.string + Self.fileExtension) }
    for candidate in candidates
    where (try? FolderEntry(at: candidate, followLinks: true))?.kind == .regular {
      return candidate
    }
    throw ModelError(code: .notFound, path: name)
  }
}
