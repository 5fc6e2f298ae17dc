import FileAccess

/// The files that a training writes, all beside the model and named after it.
struct TrainingFiles {
  /// `NAME.safetensors`, as it was asked for.
  let model: FilePath
  /// `NAME.features` (or `NAME.windows`), or the file of `--cache`.
  let cache: FilePath

  init(model: FilePath, cache: FilePath?, cacheEnding: String = "features") {
    self.model = model
    self.cache = cache ?? Self.beside(model, cacheEnding)
  }

  var copies: FilePath { FilePath(bytes: cache.bytes + Array(".reencoded".utf8)) }
  var checkpoint: FilePath { Self.beside(model, "checkpoint") }
  var curves: FilePath { Self.beside(model, "losses.csv") }
  var picture: FilePath { Self.beside(model, "losses.png") }
  var card: FilePath { Self.beside(model, "md") }

  /// All but the model.
  var others: [FilePath] { [cache, copies, checkpoint, curves, picture, card] }

  /// The name with another ending.
  private static func beside(_ path: FilePath, _ ending: String) -> FilePath {
    var bytes = path.bytes
    if let own = path.fileExtension { bytes.removeLast(own.utf8.count + 1) }
    return FilePath(bytes: bytes + Array(".\(ending)".utf8))
  }
}
