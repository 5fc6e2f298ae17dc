import Foundation

@testable import LatentSpace

/// What scikit-learn, umap-learn and openTSNE make of vectors (Reference/Projection/make_fixtures.py).
struct ProjectionReference: Decodable {
  struct Components: Decodable {
    let set: String
    let count: Int
    let mean: [Float]
    let components: [Float]
    let variance: [Double]
    let ratio: [Double]
    let projected: [Float]
  }

  struct Curve: Decodable {
    let minimum: Double
    let spread: Double
    let a: Double
    let b: Double
  }

  /// The edges above the diagonal of a symmetric matrix.
  struct Edges: Equatable {
    let rows: [Int]
    let columns: [Int]
    let values: [Double]
  }

  struct SimplicialSet: Decodable {
    let set: String
    let neighbours: Int
    let others: [Int32]
    let distances: [Float]
    let rows: [Int]
    let columns: [Int]
    let values: [Double]
  }

  struct Affinities: Decodable {
    let set: String
    let perplexity: Double
    let rows: [Int]
    let columns: [Int]
    let values: [Double]
  }

  struct Gradient: Decodable {
    let set: String
    let perplexity: Double
    let places: [Float]
    let gradient: [Double]
  }

  struct Quality: Decodable {
    let set: String
    let method: String
    let trustworthiness: Double
    let kept: Double
    let places: [Float]
  }

  let groups: [Float]
  let components: [Components]
  let curves: [Curve]
  let simplicialSets: [SimplicialSet]
  let affinities: [Affinities]
  let gradients: [Gradient]
  let qualities: [Quality]

  static func read() throws -> ProjectionReference {
    guard
      let path = Bundle.module.path(
        forResource: "projection", ofType: "json", inDirectory: "Fixtures")
    else { throw Reference.Missing(name: "projection.json") }
    return try JSONDecoder().decode(
      ProjectionReference.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func vectors(_ name: String) throws -> VectorSet {
    if name == "groups" { return try VectorSet(values: groups, dimension: 12) }
    return try Reference.read().vectors(name)
  }

  /// How good the map of another program is.
  func quality(_ set: String, _ method: String) throws -> Quality {
    guard let found = qualities.first(where: { $0.set == set && $0.method == method }) else {
      throw Reference.Missing(name: "\(method) of \(set)")
    }
    return found
  }
}

extension ProjectionReference.Edges {
  /// The edges of a graph that has each from both ends.
  init(starts: [UInt32], targets: [UInt32], weights: [Float]) {
    var (rows, columns, values) = ([Int](), [Int](), [Double]())
    for row in 0..<(starts.count - 1) {
      for edge in Int(starts[row])..<Int(starts[row + 1]) where Int(targets[edge]) > row {
        rows.append(row)
        columns.append(Int(targets[edge]))
        values.append(Double(weights[edge]))
      }
    }
    self.init(rows: rows, columns: columns, values: values)
  }

  /// How far the values lie from others at most; infinity where there are other edges.
  func distance(from rows: [Int], _ columns: [Int], _ values: [Double]) -> Double {
    guard self.rows == rows, self.columns == columns else { return .infinity }
    return zip(self.values, values).map { abs($0 - $1) }.max() ?? 0
  }
}
