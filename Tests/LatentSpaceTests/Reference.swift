import Foundation

@testable import LatentSpace

/// Made-up vectors, and what scikit-learn finds in them (Reference/make_fixtures.py).
struct Reference: Decodable {
  struct Vectors: Decodable {
    let dimension: Int
    let values: [Float]
  }

  struct Lloyd: Decodable {
    let set: String
    let start: [Float]
    let clusters: Int
    let iterations: Int
    let tolerance: Double
    let labels: [Int]
    let inertia: Double
    let centroids: [Double]
  }

  struct Density: Decodable {
    let set: String
    let radius: Double
    let minimum: Int
    let labels: [Int]
    let cores: [Int]
  }

  struct Coefficients: Decodable {
    let set: String
    let labels: [Int]
    let mean: Double
    let values: [Double]
  }

  struct Best: Decodable {
    let set: String
    let clusters: Int
    let inertia: Double
    let silhouette: Double
  }

  let sets: [String: Vectors]
  let lloyd: [Lloyd]
  let dbscan: [Density]
  let silhouette: [Coefficients]
  let best: [Best]

  static func read() throws -> Reference {
    guard
      let path = Bundle.module.path(
        forResource: "reference", ofType: "json", inDirectory: "Fixtures")
    else { throw Missing(name: "reference.json") }
    return try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func vectors(_ name: String) throws -> VectorSet {
    guard let set = sets[name] else { throw Missing(name: name) }
    return try VectorSet(values: set.values, dimension: set.dimension)
  }

  struct Missing: Error { let name: String }
}
