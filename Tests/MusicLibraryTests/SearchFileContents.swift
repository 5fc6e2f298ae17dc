import Catalogue
import FileAccess
import Hashing
import VectorIndex

/// What the search file of a library holds.
struct SearchFileContents {
  let vectors: [Int64: [Float]]
  let generation: Int
  let model: Digest

  init(location: LibraryLocation) throws {
    // The name of the file of the main model does not depend on the model.
    let nobody = Digest(bytes: [UInt8](repeating: 0, count: Digest.byteCount))
    guard let nobody else { preconditionFailure("a digest of zeros") }
    let file = try SearchFile(location.searchFile(model: nobody, isMain: true), resident: true)
    var vectors: [Int64: [Float]] = [:]
    for number in 0..<file.count {
      let (key, vector) = try file.row(number)
      vectors[key] = vector
    }
    self.vectors = vectors
    generation = file.generation
    model = file.model
  }
}
