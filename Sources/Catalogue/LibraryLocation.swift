public import FileAccess
public import Hashing

/// Where the files of one library lie: the library itself, and beside it what belongs to it.
public struct LibraryLocation: Equatable, Sendable {
  /// The catalogue.
  public let catalogue: FilePath

  /// A library at a place.
  public init(catalogue: FilePath) { self.catalogue = catalogue }

  /// The library a person means: the one they name, `$EARSHOT_LIBRARY`, or the one of this account.
  public init(named path: FilePath?, environment: (String) -> FilePath?) {
    let account =
      environment("XDG_DATA_HOME")
      ?? (environment("HOME") ?? FilePath("/")).appending(".local/share")
    catalogue =
      path ?? environment("EARSHOT_LIBRARY") ?? account.appending("earshot/library.db")
  }

  /// The search file of a model: `library.vectors` for the model the library mostly uses, with the
  /// first digits of the model's identity in between for any other.
  public func searchFile(model: Digest, isMain: Bool) -> FilePath {
    beside(isMain ? ".vectors" : ".\(model.hexadecimal.prefix(12)).vectors")
  }

  /// The copy of a model that the library uses.
  public func modelFile(_ model: Digest) -> FilePath {
    catalogue.parent.appending("models/\(model.hexadecimal).safetensors")
  }

  /// What filters ask of all tracks, in columns.
  public var factsFile: FilePath { beside(".facts") }

  /// The file whose lock says that somebody is indexing.
  public var lockFile: FilePath { beside(".lock") }

  private func beside(_ ending: String) -> FilePath {
    // Only the usual ending gives way: of any other name all is kept, so that no two libraries share
    // a file and none is called like what belongs to it.
    let name = catalogue.lastComponent.bytes
    let usual = Array(".db".utf8)
    let stem =
      name.count > usual.count && name.suffix(usual.count).elementsEqual(usual)
      ? name.dropLast(usual.count) : name[...]
    return catalogue.parent.appending(FilePath(bytes: Array(stem) + Array(ending.utf8)))
  }
}
