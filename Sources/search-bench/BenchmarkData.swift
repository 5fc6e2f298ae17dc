import FileAccess
import Glibc
import Hashing
import VectorIndex

/// The files of a benchmark, which other programs map: `vectors.f32` and `queries.f32`, rows of 256
/// floats; `nearest.i64`, for each query the ten rows that exact search finds; for each share of
/// allowed rows `allowed-SHARE.bits`, one bit a row, and `nearest-SHARE.i64` (-1 where there are
/// fewer); and `file.vectors`, the search file.
enum BenchmarkData {
  /// So many neighbours are looked for.
  static let wanted = 10
  /// Rows that may be answers, in a thousand.
  static let shares = [1, 10, 100, 500]

  static func write(
    _ kind: VectorKind, count: Int, queries queryCount: Int, to folder: FilePath
  ) throws {
    let dimension = VectorSource.dimension
    var source = VectorSource(kind, seed: 1)
    let queries = rows(queryCount, from: &source)
    let vectors = ExactSearch(
      dimension: dimension, keys: (0..<count).map { Int64($0) }, values: rows(count, from: &source))
    try write(queries, to: folder.appending("queries.f32"))
    try write(vectors.values, to: folder.appending("vectors.f32"))
    let each = (0..<queryCount).map {
      Array(queries[($0 * dimension)..<(($0 + 1) * dimension)])
    }
    try writeNearest(of: vectors, to: each, among: nil, as: "nearest.i64", in: folder)
    for share in shares {
      let rows = allowed(share, of: count)
      var bits = [UInt8](repeating: 0, count: (count + 7) / 8)
      for row in rows.rows { bits[row / 8] |= 1 << UInt8(row % 8) }
      try write(bits, to: folder.appending("allowed-\(share).bits"))
      try writeNearest(of: vectors, to: each, among: rows, as: "nearest-\(share).i64", in: folder)
    }
    guard let model = Digest(bytes: [UInt8](repeating: 1, count: Digest.byteCount)) else { return }
    try SearchFile.write(
      vectors, model: model, generation: 1, to: folder.appending("file.vectors"))
  }

  /// Rows drawn with a probability.
  static func allowed(_ share: Int, of count: Int) -> RowSet {
    var random = NormalSource(seed: UInt64(share))
    return RowSet(
      rowCount: count, rows: (0..<count).filter { _ in random.draw(below: 1_000) < share })
  }

  private static func rows(_ count: Int, from source: inout VectorSource) -> [Float] {
    let dimension = VectorSource.dimension
    return [Float](unsafeUninitializedCapacity: count * dimension) { values, filled in
      for row in 0..<count {
        source.next(
          into: UnsafeMutableBufferPointer(
            rebasing: values[(row * dimension)..<((row + 1) * dimension)]))
      }
      filled = count * dimension
    }
  }

  private static func writeNearest(
    of vectors: ExactSearch, to queries: [[Float]], among rows: RowSet?, as name: String,
    in folder: FilePath
  ) throws {
    let keys = queries.flatMap { query -> [Int64] in
      let found = vectors.nearest(to: query, count: wanted, among: rows).map(\.key)
      return found + [Int64](repeating: -1, count: wanted - found.count)
    }
    try write(keys, to: folder.appending(name))
  }

  /// Writes numbers as they are in memory, and lets the system forget the pages that hold them: of ten
  /// million vectors it could not keep two copies.
  private static func write(_ numbers: [some BitwiseCopyable], to path: FilePath) throws {
    let descriptor = open(path.string, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Failure.noFile(path.string, errno) }
    defer { close(descriptor) }
    try numbers.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 28))
        let count = Glibc.write(descriptor, part.baseAddress, part.count)
        guard count > 0 else { throw Failure.noFile(path.string, errno) }
        rest = rest.dropFirst(count)
      }
      if bytes.count > 4 << 30 {
        fsync(descriptor)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
      }
    }
  }

  enum Failure: Error {
    case noFile(String, Int32)
  }
}
