import Testing

@testable import LatentSpace

@Suite("quality of maps")
struct ProjectionQualityTests {
  @Test("is what scikit-learn measures")
  func reference() throws {
    let reference = try ProjectionReference.read()
    for wanted in reference.qualities where !wanted.places.isEmpty {
      let vectors = try reference.vectors(wanted.set)
      let map = try VectorSet(values: wanted.places, dimension: 2)
      let trust = ProjectionQuality.trustworthiness(of: map, for: vectors, neighbourCount: 15)
      #expect(abs(trust - wanted.trustworthiness) < 1e-5)
      let kept = ProjectionQuality.neighboursKept(by: map, of: vectors, neighbourCount: 15)
      #expect(abs(kept - wanted.kept) < 1e-3)
    }
  }

  @Test("of the vectors themselves is perfect")
  func perfect() {
    let vectors = PlantedClusters(count: 100, dimension: 3, clusters: 2, spread: 1, seed: 3).vectors
    #expect(ProjectionQuality.trustworthiness(of: vectors, for: vectors, neighbourCount: 9) == 1)
    #expect(ProjectionQuality.neighboursKept(by: vectors, of: vectors, neighbourCount: 9) == 1)
  }
}
