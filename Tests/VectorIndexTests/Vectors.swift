import FileAccess
import Hashing
import TestSupport
import VectorIndex

/// Collections of unit vectors for tests.
enum Vectors {
  static let model = digest(of: "a model")

  static func digest(of text: String) -> Digest {
    var hash = SHA256()
    hash.update(text)
    return hash.digest()
  }

  /// In all directions; the keys are 3, 6, 9, …
  static func uniform(count: Int, dimension: Int, seed: UInt64) -> ExactSearch {
    var random = SplitMix64(seed: seed)
    return collection((0..<count).map { _ in unit(dimension, using: &random) }, dimension)
  }

  /// Around a few directions, as music is: the noise is as long as `spread` times the centre.
  static func clustered(
    count: Int, dimension: Int, clusters: Int, spread: Float, seed: UInt64
  ) -> ExactSearch {
    var random = SplitMix64(seed: seed)
    let centers = (0..<clusters).map { _ in unit(dimension, using: &random) }
    let vectors = (0..<count).map { number in
      normalised(
        zip(centers[number % clusters], unit(dimension, using: &random)).map { $0 + spread * $1 })
    }
    return collection(vectors, dimension)
  }

  static func collection(_ vectors: [[Float]], _ dimension: Int) -> ExactSearch {
    ExactSearch(
      dimension: dimension, keys: vectors.indices.map { 3 * Int64($0) + 3 },
      values: vectors.flatMap { $0 })
  }

  /// A direction, by a place in the cube.
  static func unit(_ dimension: Int, using random: inout SplitMix64) -> [Float] {
    normalised(
      (0..<dimension).map { _ in Float(Int32(truncatingIfNeeded: random.next())) * 0x1p-31 })
  }

  static func normalised(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / length }
  }
}

extension ExactSearch {
  func vector(_ row: Int) -> [Float] { Array(values[(row * dimension)..<((row + 1) * dimension)]) }

  func written(to path: FilePath, generation: Int = 7) throws(SearchFileError) -> FilePath {
    try SearchFile.write(self, model: Vectors.model, generation: generation, to: path)
    return path
  }
}

extension [UInt8] {
  /// The bytes of a file of a test.
  init(_ path: FilePath) throws(FileAccessError) {
    self = try ReadableFile(path).contents(limit: 1 << 24)
  }
}
