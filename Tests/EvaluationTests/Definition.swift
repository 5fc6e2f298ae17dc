import FileAccess
import Foundation
import TestSupport

@testable import Evaluation

/// Made-up labels and vectors, and what the definition in Python finds in them
/// (Reference/make_fixtures.py).
struct Definition {
  let table: LabelTable
  let vectors: [[Float]]
  let copies: [[Float]]
  let ties: DistanceMatrix
  let reference: [String: Any]

  init() throws {
    let table = try LabelTable([FilePath(Self.path("labels", "csv"))])
    self.table = table
    vectors = try Self.rows("vectors")
    copies = try Self.rows("copies")
    let count = table.tracks.count
    ties = DistanceMatrix(
      queryCount: count, candidateCount: count,
      values: try Self.rows("ties").flatMap { $0 }.map(Double.init))
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.path("reference", "json")))
    reference = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// The shape of a distance matrix cut and put into another order.
  func picked(_ distances: DistanceMatrix, rows: [Int], columns: [Int]) -> DistanceMatrix {
    DistanceMatrix(
      queryCount: rows.count, candidateCount: columns.count,
      values: rows.flatMap { row in
        columns.map { distances.values[row * distances.candidateCount + $0] }
      })
  }

  func member(_ path: String...) throws -> Any {
    var value: Any = reference
    for name in path { value = try Unwrap.value((value as? [String: Any])?[name], name) }
    return value
  }

  private static func path(_ name: String, _ type: String) -> String {
    guard let path = Bundle.module.path(forResource: name, ofType: type, inDirectory: "Fixtures")
    else { preconditionFailure("no fixture \(name).\(type)") }
    return path
  }

  private static func rows(_ name: String) throws -> [[Float]] {
    let array = try NumPyArray(contentsOf: path(name, "npy"))
    return (0..<array.shape[0]).map { row in
      Array(array.values[(row * array.shape[1])..<((row + 1) * array.shape[1])])
    }
  }
}

enum Unwrap {
  struct Missing: Error { let name: String }

  static func value<T>(_ value: T?, _ name: String) throws -> T {
    guard let value else { throw Missing(name: name) }
    return value
  }
}

/// Where two trees of numbers differ by more than 1e-6.
func differences(_ ours: Any, _ theirs: Any, at place: String = "") -> [String] {
  switch (ours, theirs) {
  case (let ours as [String: Any], let theirs as [String: Any]):
    // What has no query is null in the definition and left out here.
    let known = theirs.filter { !($0.value is NSNull) || ours[$0.key] != nil }
    let names = Set(ours.keys).symmetricDifference(known.keys)
    return names.map { "\(place).\($0) is in one only" }
      + known.keys.sorted().flatMap { name -> [String] in
        guard let left = ours[name], let right = known[name] else { return [] }
        return differences(left, right, at: place + "." + name)
      }
  case (is NSNull, is NSNull): return []
  case (let ours as NSNumber, let theirs as NSNumber):
    let gap = abs(ours.doubleValue - theirs.doubleValue)
    return gap <= 1e-6 ? [] : ["\(place): \(ours) against \(theirs)"]
  default: return ["\(place): \(ours) against \(theirs)"]
  }
}
