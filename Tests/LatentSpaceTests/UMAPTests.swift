import Testing

@testable import LatentSpace

@Suite("UMAP")
struct UMAPTests {
  @Test("has umap-learn's curve of likeness")
  func curve() throws {
    let curves = try ProjectionReference.read().curves
    #expect(curves.count == 6)
    for wanted in curves {
      let found = LikenessCurve(minimumDistance: wanted.minimum, spread: wanted.spread)
      #expect(abs(found.a / wanted.a - 1) < 1e-4, "\(wanted)")
      #expect(abs(found.b / wanted.b - 1) < 1e-4, "\(wanted)")
    }
  }

  @Test("binds neighbours as umap-learn does, also those in one place")
  func simplicialSet() throws {
    let sets = try ProjectionReference.read().simplicialSets
    #expect(sets.map(\.set) == ["twins", "far"])
    for wanted in sets {
      let set = FuzzySimplicialSet(
        of: NeighbourGraph(
          neighbourCount: wanted.neighbours, neighbours: wanted.others,
          distances: wanted.distances))
      let edges = ProjectionReference.Edges(
        starts: set.starts.map { UInt32($0) }, targets: set.targets.map { UInt32($0) },
        weights: set.weights)
      #expect(edges.distance(from: wanted.rows, wanted.columns, wanted.values) < 2e-4)
      #expect(set.weights.count == 2 * edges.values.count)
    }
  }

  @Test(
    "makes maps as trustworthy as umap-learn's from the same start, to 0.01",
    arguments: ["blobs", "groups"])
  func quality(set: String) throws {
    let reference = try ProjectionReference.read()
    let vectors = try reference.vectors(set)
    let start = try PrincipalComponents(of: vectors, count: 2).project(vectors)
    var settings = UMAP()
    let graph = NeighbourGraph(of: vectors, neighbourCount: settings.neighbourCount)
    let maps = try (0..<4).map { (seed: Int) in
      settings.seed = UInt64(seed)
      return try VectorSet(values: settings.layout(of: graph, start: start), dimension: 2)
    }
    let theirs = try reference.quality(set, "umap")
    let trust = maps.map {
      ProjectionQuality.trustworthiness(of: $0, for: vectors, neighbourCount: 15)
    }
    #expect(trust.reduce(0, +) / 4 > theirs.trustworthiness - 0.01)
    let kept = maps.map {
      ProjectionQuality.neighboursKept(by: $0, of: vectors, neighbourCount: 15)
    }
    #expect(kept.reduce(0, +) / 4 > theirs.kept - 0.01)
  }

  @Test("keeps planted clusters apart in two and three dimensions", arguments: [2, 3])
  func clusters(dimensions: Int) throws {
    let planted = PlantedClusters(count: 300, dimension: 20, clusters: 5, spread: 0.4, seed: 6)
    var settings = UMAP()
    settings.dimensions = dimensions
    let graph = NeighbourGraph(of: planted.vectors, neighbourCount: settings.neighbourCount)
    let start = try PrincipalComponents(of: planted.vectors, count: dimensions)
      .project(planted.vectors)
    let map = try VectorSet(values: settings.layout(of: graph, start: start), dimension: dimensions)
    let found = DBSCAN(radius: 1, minPoints: 3).clusters(of: map)
    #expect(areSameClusters(found.labels, planted.labels))
  }

  @Test("makes the same map of the same seed, another of another")
  func repeatable() throws {
    let planted = PlantedClusters(count: 200, dimension: 10, clusters: 4, spread: 0.4, seed: 7)
    var settings = UMAP()
    settings.epochCount = 50
    let graph = NeighbourGraph(of: planted.vectors, neighbourCount: settings.neighbourCount)
    let start = try PrincipalComponents(of: planted.vectors, count: 2).project(planted.vectors)
    var told: [Int] = []
    let first = settings.layout(of: graph, start: start) { told.append($0) }
    #expect(settings.layout(of: graph, start: start) == first)
    #expect(told == Array(1...50))
    settings.seed = 1
    #expect(settings.layout(of: graph, start: start) != first)
  }

  @Test("puts new vectors beside those that are like them, and moves none")
  func transform() throws {
    let planted = PlantedClusters(count: 400, dimension: 20, clusters: 5, spread: 0.4, seed: 8)
    let known = planted.vectors.selecting(Array(0..<300))
    let new = planted.vectors.selecting(Array(300..<400))
    let settings = UMAP()
    let start = try PrincipalComponents(of: known, count: 2).project(known)
    let map = settings.layout(
      of: NeighbourGraph(of: known, neighbourCount: settings.neighbourCount), start: start)
    let places = settings.place(
      NeighbourGraph(from: new, to: known, neighbourCount: settings.neighbourCount), on: map)
    #expect(places.count == 200)
    let nearest = NeighbourGraph(
      from: try VectorSet(values: places, dimension: 2),
      to: try VectorSet(values: map, dimension: 2), neighbourCount: 5)
    let right = (0..<500).count {
      planted.labels[Int(nearest.neighbours[$0])] == planted.labels[300 + $0 / 5]
    }
    #expect(right > 490)
    // One that is on the map already comes to lie beside itself.
    let again = settings.place(
      NeighbourGraph(from: known, to: known, neighbourCount: settings.neighbourCount), on: map)
    let steps = zip(again, map).map { abs($0 - $1) }.sorted()
    #expect(steps[steps.count / 2] < 0.5)
    // It does not matter what else is put there.
    let some = known.selecting([5, 9])
    let alone = settings.place(
      NeighbourGraph(from: some, to: known, neighbourCount: settings.neighbourCount), on: map)
    #expect(alone[0..<2] == again[10..<12] && alone[2..<4] == again[18..<20])
  }

  @Test("takes few vectors and vectors in one place", arguments: [2, 3, 5, 40])
  func few(count: Int) throws {
    let same = try VectorSet(values: [Float](repeating: 1, count: count * 4), dimension: 4)
    let line = try VectorSet(
      values: (0..<(count * 4)).map { Float($0) }, dimension: 4)
    for vectors in [same, line] {
      let settings = UMAP()
      let graph = NeighbourGraph(of: vectors, neighbourCount: settings.neighbourCount)
      let start = try PrincipalComponents(of: vectors, count: 2).project(vectors)
      let map = settings.layout(of: graph, start: start)
      #expect(map.count == 2 * count && map.allSatisfy { $0.isFinite })
      let again = settings.place(
        NeighbourGraph(from: vectors, to: vectors, neighbourCount: settings.neighbourCount),
        on: map)
      #expect(again.allSatisfy { $0.isFinite })
    }
  }
}
