import FileAccess
import Hashing
import Synchronization
import TestSupport
import VectorIndex

/// A search file of a few vectors, which is changed and changed back: a file takes a megabyte, and
/// writing it anew would take longer than reading it.
///
/// Unchecked: whoever takes one out is the only one to know it.
final class SearchSample: @unchecked Sendable {
  /// Bytes that are put into a place.
  struct Change {
    let place: Int
    let bytes: [UInt8]
  }

  private struct Shape: Hashable {
    let dimension: Int
    let count: Int
  }

  private static let idle = Mutex<[Shape: [SearchSample]]>([:])

  let vectors: ExactSearch
  private let shape: Shape
  private let file: ReusedFile
  private var bytes: [UInt8]

  static func take(dimension: Int, count: Int) throws -> SearchSample {
    let shape = Shape(dimension: dimension, count: count)
    if let sample = idle.withLock({ $0[shape, default: []].popLast() }) { return sample }
    return try SearchSample(shape)
  }

  func giveBack() { Self.idle.withLock { $0[shape, default: []].append(self) } }

  private init(_ shape: Shape) throws {
    self.shape = shape
    var generator = SplitMix64(seed: UInt64(shape.dimension))
    let rows = (0..<shape.count).map { _ in
      Self.unit((0..<shape.dimension).map { _ in .random(in: -1...1, using: &generator) })
    }
    vectors = ExactSearch(
      dimension: shape.dimension, keys: rows.indices.map { Int64(7 * $0 - 9) },
      values: rows.flatMap { $0 })
    let folder = TemporaryFolder()
    let path = folder.path.appending("vectors")
    try SearchFile.write(vectors, model: SHA256().digest(), generation: 1, to: path)
    bytes = try ReadableFile(path).contents(limit: 1 << 23)
    file = try ReusedFile.take()
    try file.hold(bytes)
  }

  /// A unit vector in a direction that depends on a number.
  func query(scaled number: Float) -> [Float] {
    Self.unit((0..<shape.dimension).map { number * Float($0 % 5 - 2) + 1 })
  }

  /// A place in one of the parts that are read: the beginning, the scales of the rows, the fine codes,
  /// keys and vectors, the end.
  func place(part: UInt8, offset: Int) -> Int {
    let offset = part < 128 ? offset % 8_192 : 4 * offset
    let starts = [
      0, SearchFileSeal.scalesOffset(of: bytes), SearchFileSeal.fineOffset(of: bytes),
      bytes.count - min(bytes.count, 8_192),
    ]
    let start = starts[Int(part % 4)]
    return (start + offset) % bytes.count
  }

  /// Calls `body` with the file as it is after some changes.
  func changed<Result>(
    _ changes: [Change], isSealed: Bool, _ body: (FilePath) throws -> Result
  ) throws -> Result {
    var undone: [Change] = []
    defer { for change in undone.reversed() { _ = try? put(change) } }
    for change in changes { undone.append(try put(change)) }
    if isSealed {
      for change in SearchFileSeal.sums(of: bytes, changedAt: changes.map(\.place)) {
        undone.append(try put(change))
      }
    }
    return try body(file.path)
  }

  /// Makes a change, in memory and in the file.
  /// - Returns: the change that undoes it.
  private func put(_ change: Change) throws -> Change {
    let range = change.place..<min(bytes.count, change.place + change.bytes.count)
    let old = Change(place: change.place, bytes: Array(bytes[range]))
    bytes.replaceSubrange(range, with: change.bytes[..<range.count])
    try file.write(bytes[range], at: change.place)
    return old
  }

  private static func unit(_ vector: [Float]) -> [Float] {
    let square = vector.reduce(0) { $0 + $1 * $1 }
    return square > 0 ? vector.map { $0 / square.squareRoot() } : [1] + vector.dropFirst()
  }
}
