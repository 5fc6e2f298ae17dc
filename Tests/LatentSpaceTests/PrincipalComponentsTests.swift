import Testing

@testable import LatentSpace

@Suite("principal components")
struct PrincipalComponentsTests {
  @Test("are scikit-learn's")
  func reference() throws {
    let reference = try ProjectionReference.read()
    #expect(reference.components.count == 3)
    for wanted in reference.components {
      let vectors = try reference.vectors(wanted.set)
      let found = try PrincipalComponents(of: vectors, count: wanted.count)
      #expect(found.count == wanted.count && found.dimension == vectors.dimension)
      #expect(zip(found.mean, wanted.mean).allSatisfy { abs($0 - $1) < 1e-6 * (1 + abs($1)) })
      for (ours, theirs) in zip(found.explainedVariance, wanted.variance) {
        #expect(abs(ours / theirs - 1) < 1e-5, "\(wanted.set)")
      }
      for (ours, theirs) in zip(found.explainedVarianceRatio, wanted.ratio) {
        #expect(abs(ours - theirs) < 1e-6, "\(wanted.set)")
      }
      // Which way a direction points is a matter of taste: ours has its largest entry above 0.
      for number in 0..<wanted.count {
        let row = number * vectors.dimension..<(number + 1) * vectors.dimension
        let (ours, theirs) = (found.components[row], wanted.components[row])
        let sign: Float = zip(ours, theirs).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1 : 1
        #expect(zip(ours, theirs).allSatisfy { abs($0 - sign * $1) < 1e-4 }, "\(wanted.set)")
        #expect((ours.max { abs($0) < abs($1) } ?? 0) > 0)
        let places = found.project(vectors)
        for vector in 0..<vectors.count {
          let place = vector * wanted.count + number
          #expect(abs(places[place] - sign * wanted.projected[place]) < 2e-3, "\(wanted.set)")
        }
      }
    }
  }

  @Test("of vectors that are all the same have no variance")
  func same() throws {
    let vectors = try VectorSet(values: [Float](repeating: 2, count: 12), dimension: 3)
    let found = try PrincipalComponents(of: vectors, count: 2)
    #expect(found.explainedVariance == [0, 0])
    #expect(found.explainedVarianceRatio == [0, 0])
    #expect(found.project(vectors) == [Float](repeating: 0, count: 8))
  }

  @Test("of fewer vectors than values are found")
  func few() throws {
    let vectors = try VectorSet(values: [1, 0, 0, 0, 3, 0, 0, 0], dimension: 4)
    let found = try PrincipalComponents(of: vectors, count: 3)
    #expect(abs(found.explainedVariance[0] - 2) < 1e-6)
    #expect(found.explainedVarianceRatio == [1, 0, 0])
    #expect(found.project(vectors).map { abs($0) } == [1, 0, 0, 1, 0, 0])
  }
}
