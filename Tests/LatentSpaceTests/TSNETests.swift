import Testing

@testable import LatentSpace

@Suite("t-SNE")
struct TSNETests {
  @Test("shares neighbours as openTSNE does")
  func affinities() throws {
    let reference = try ProjectionReference.read()
    #expect(reference.affinities.count == 2)
    for wanted in reference.affinities {
      let vectors = try reference.vectors(wanted.set)
      let found = PerplexityAffinities(
        of: NeighbourGraph(
          of: vectors,
          neighbourCount: PerplexityAffinities.neighbourCount(perplexity: wanted.perplexity)),
        perplexity: wanted.perplexity)
      let edges = ProjectionReference.Edges(
        starts: found.starts, targets: found.targets, weights: found.weights)
      #expect(edges.distance(from: wanted.rows, wanted.columns, wanted.values) < 1e-6)
      #expect(abs(found.weights.reduce(0) { $0 + Double($1) } - 1) < 1e-4)
    }
  }

  @Test("has scikit-learn's gradient, exactly with an angle of 0, nearly with one of 0.5")
  func gradient() throws {
    let reference = try ProjectionReference.read()
    #expect(!reference.gradients.isEmpty)
    for wanted in reference.gradients {
      let vectors = try reference.vectors(wanted.set)
      let graph = NeighbourGraph(
        of: vectors,
        neighbourCount: PerplexityAffinities.neighbourCount(perplexity: wanted.perplexity))
      let affinities = PerplexityAffinities(of: graph, perplexity: wanted.perplexity)
      let size = wanted.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (angle, tolerance) in [(Float(0), 1e-4), (0.5, 0.03)] {
        let forces = PointForces(
          affinities, count: vectors.count, dimensions: 2, angle: angle, pointsAtOnce: 16)
        let found = forces.gradient(at: wanted.places, exaggeration: 1)
        let error = zip(found, wanted.gradient).reduce(0) {
          $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
        }
        #expect(error.squareRoot() < tolerance * size, "\(angle)")
      }
    }
  }

  @Test(
    "makes maps as trustworthy as openTSNE's and scikit-learn's, to 0.01",
    arguments: ["blobs", "groups"])
  func quality(set: String) throws {
    let reference = try ProjectionReference.read()
    let vectors = try reference.vectors(set)
    let start = try PrincipalComponents(of: vectors, count: 2).project(vectors)
    let settings = TSNE()
    let graph = NeighbourGraph(of: vectors, neighbourCount: settings.neighbourCount)
    let map = try VectorSet(values: settings.layout(of: graph, start: start), dimension: 2)
    let trust = ProjectionQuality.trustworthiness(of: map, for: vectors, neighbourCount: 15)
    let kept = ProjectionQuality.neighboursKept(by: map, of: vectors, neighbourCount: 15)
    for method in ["tsne", "scikit-learn tsne"] {
      let theirs = try reference.quality(set, method)
      #expect(trust > theirs.trustworthiness - 0.01)
      #expect(kept > theirs.kept - 0.01)
    }
  }

  @Test(
    "keeps planted clusters apart in two and three dimensions, and is repeatable",
    arguments: [2, 3])
  func clusters(dimensions: Int) throws {
    let planted = PlantedClusters(count: 300, dimension: 20, clusters: 5, spread: 0.4, seed: 6)
    var settings = TSNE()
    settings.dimensions = dimensions
    settings.perplexity = 15
    let graph = NeighbourGraph(of: planted.vectors, neighbourCount: settings.neighbourCount)
    let start = try PrincipalComponents(of: planted.vectors, count: dimensions)
      .project(planted.vectors)
    var told = 0
    let places = settings.layout(of: graph, start: start) { told = $0 }
    #expect(told == settings.iterationCount + settings.earlyIterationCount)
    #expect(settings.layout(of: graph, start: start) == places)
    let nearest = NeighbourGraph(
      of: try VectorSet(values: places, dimension: dimensions), neighbourCount: 5)
    let right = (0..<1_500).count {
      planted.labels[Int(nearest.neighbours[$0])] == planted.labels[$0 / 5]
    }
    #expect(right == 1_500)
  }

  @Test("puts new vectors beside those that are like them, each by itself")
  func placing() throws {
    let planted = PlantedClusters(count: 400, dimension: 20, clusters: 5, spread: 0.4, seed: 8)
    let known = planted.vectors.selecting(Array(0..<300))
    let new = planted.vectors.selecting(Array(300..<400))
    let settings = TSNE()
    let start = try PrincipalComponents(of: known, count: 2).project(known)
    let map = settings.layout(
      of: NeighbourGraph(of: known, neighbourCount: settings.neighbourCount), start: start)
    func places(_ vectors: VectorSet) -> [Float] {
      settings.place(
        NeighbourGraph(
          from: vectors, to: known, neighbourCount: TSNE.placingNeighbourCount), on: map)
    }
    let found = places(new)
    let nearest = NeighbourGraph(
      from: try VectorSet(values: found, dimension: 2),
      to: try VectorSet(values: map, dimension: 2), neighbourCount: 5)
    let right = (0..<500).count {
      planted.labels[Int(nearest.neighbours[$0])] == planted.labels[300 + $0 / 5]
    }
    #expect(right > 490)
    #expect(places(new.selecting([7])) == Array(found[14..<16]))
  }

  @Test("takes few vectors and vectors in one place", arguments: [2, 4, 5, 40])
  func few(count: Int) throws {
    let same = try VectorSet(values: [Float](repeating: 1, count: count * 4), dimension: 4)
    let line = try VectorSet(
      values: (0..<(count * 4)).map { Float($0) }, dimension: 4)
    for vectors in [same, line] {
      let settings = TSNE()
      let graph = NeighbourGraph(of: vectors, neighbourCount: settings.neighbourCount)
      let start = try PrincipalComponents(of: vectors, count: 2).project(vectors)
      let map = settings.layout(of: graph, start: start)
      #expect(map.count == 2 * count && map.allSatisfy { $0.isFinite })
      let again = settings.place(
        NeighbourGraph(from: vectors, to: vectors, neighbourCount: TSNE.placingNeighbourCount),
        on: map)
      #expect(again.allSatisfy { $0.isFinite })
    }
  }
}
