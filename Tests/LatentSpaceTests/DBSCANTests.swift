import Testing

@testable import LatentSpace

@Suite("Clusters by density")
struct DBSCANTests {
  @Test("have the labels and cores of scikit-learn")
  func reference() throws {
    let reference = try Reference.read()
    #expect(reference.dbscan.count >= 14)
    for (number, wanted) in reference.dbscan.enumerated() {
      let clusters = DBSCAN(radius: wanted.radius, minPoints: wanted.minimum)
        .clusters(of: try reference.vectors(wanted.set))
      #expect(clusters.labels == wanted.labels, "case \(number)")
      #expect(
        clusters.isCore.indices.filter { clusters.isCore[$0] } == wanted.cores, "case \(number)")
      #expect(clusters.count == (wanted.labels.max() ?? -1) + 1)
      #expect(clusters.noiseCount == wanted.labels.count { $0 == -1 })
    }
  }

  /// The definition: cores, what reaches what, the first cluster for a border.
  private func plain(_ squares: [[Double]], radius: Double, minPoints: Int) -> [Int] {
    let near = squares.map { row in row.indices.filter { row[$0] <= radius * radius } }
    var labels = [Int](repeating: -1, count: squares.count)
    var cluster = 0
    for first in labels.indices where near[first].count >= minPoints && labels[first] < 0 {
      var waiting = [first]
      labels[first] = cluster
      while let row = waiting.popLast() {
        guard near[row].count >= minPoints else { continue }
        for other in near[row] where labels[other] < 0 {
          labels[other] = cluster
          waiting.append(other)
        }
      }
      cluster += 1
    }
    return labels
  }

  @Test(
    "are those of the definition, over several blocks of rows",
    arguments: [1, 3, 15, 16, 17, 300], [3, 12])
  func definition(dimension: Int, minPoints: Int) {
    // Rounded values: many distances are the same, and each radius is one of them.
    let planted = PlantedClusters(
      count: 140, dimension: dimension, clusters: 5, spread: 0.4, seed: UInt64(dimension))
    let vectors = VectorSet(
      checked: planted.vectors.values.map { ($0 * 4).rounded() / 4 }, dimension: dimension)
    #expect(dimension < 300 || vectors.count > vectors.blockLength)
    let squares = (0..<vectors.count).map { row in
      (0..<vectors.count).map { vectors.exactSquaredDistance(row, $0) }
    }
    let ascending = squares.flatMap { $0 }.sorted()
    for share in [0.006, 0.01, 0.02, 0.05, 0.1, 0.2, 0.9] {
      let radius = ascending[Int(share * Double(ascending.count))].squareRoot()
      let clusters = DBSCAN(radius: radius, minPoints: minPoints).clusters(of: vectors)
      #expect(
        clusters.labels == plain(squares, radius: radius, minPoints: minPoints),
        "radius \(radius)")
    }
  }

  @Test("take a distance that is the radius, however far from the origin, and none beyond")
  func boundary() {
    let vectors = onALine([4_096, 4_096.5, 4_097])
    #expect(DBSCAN(radius: 0.5, minPoints: 2).clusters(of: vectors).labels == [0, 0, 0])
    #expect(DBSCAN(radius: 0.5.nextDown, minPoints: 2).clusters(of: vectors).count == 0)
    // A step whose square is lost in a Float.
    let small = onALine([0, 1e-30])
    #expect(DBSCAN(radius: 0, minPoints: 2).clusters(of: small).labels == [-1, -1])
    #expect(DBSCAN(radius: 2e-30, minPoints: 2).clusters(of: small).labels == [0, 0])
  }

  @Test("decide in double precision where a Float is not sure", arguments: 0..<20)
  func roundedDistances(row: Int) {
    let pair = PlantedClusters(count: 40, dimension: 50, clusters: 1, spread: 1, seed: 80)
      .vectors.selecting([2 * row, 2 * row + 1])
    let distance = pair.exactSquaredDistance(0, 1).squareRoot()
    let (above, below) = (distance * (1 + 1e-12), distance * (1 - 1e-12))
    #expect(DBSCAN(radius: above, minPoints: 2).clusters(of: pair).labels == [0, 0])
    #expect(DBSCAN(radius: below, minPoints: 2).clusters(of: pair).labels == [-1, -1])
  }

  @Test("of no vector, of one, and of the same one many times")
  func degenerate() {
    let none = DBSCAN(radius: 1, minPoints: 2).clusters(of: onALine([]))
    #expect(none.labels.isEmpty && none.count == 0)
    #expect(DBSCAN(radius: 1, minPoints: 2).clusters(of: onALine([3])).labels == [-1])
    #expect(DBSCAN(radius: 1, minPoints: 1).clusters(of: onALine([3])).labels == [0])
    let same = DBSCAN(radius: 0, minPoints: 100)
      .clusters(of: onALine([Float](repeating: 3, count: 100)))
    #expect(same.labels.allSatisfy { $0 == 0 } && same.isCore.allSatisfy { $0 })
  }
}

@Suite("The radius that is suggested")
struct SuggestedRadiusTests {
  @Test("parts clusters that were planted from noise", arguments: 0..<5)
  func planted(seed: UInt64) throws {
    let planted = PlantedClusters(
      count: 400, dimension: 6, clusters: 4, spread: 0.15, seed: 40 + seed)
    var random = RandomNumbers(seed: seed)
    let noise = (0..<(20 * 6)).map { _ in Float(20 * random.fraction() - 10) }
    let vectors = try VectorSet(values: planted.vectors.values + noise, dimension: 6)
    let radius = try #require(DBSCAN.suggestedRadius(for: vectors, minPoints: 6))
    let clusters = DBSCAN(radius: radius, minPoints: 6).clusters(of: vectors)
    #expect(clusters.count == 4, "radius \(radius)")
    #expect(clusters.labels.suffix(20).count { $0 == -1 } >= 18)
    #expect(clusters.labels.prefix(400).count { $0 == -1 } <= 12)
  }

  @Test("is a distance of a vector to its neighbour of that number, itself counted")
  func curve() {
    let vectors = onALine([0, 1, 3, 6, 10])
    #expect(
      DBSCAN.neighbourDistances(of: vectors, minPoints: 1, seed: 0) == [0, 0, 0, 0, 0])
    #expect(
      DBSCAN.neighbourDistances(of: vectors, minPoints: 2, seed: 0) == [1, 1, 2, 3, 4])
    #expect(
      DBSCAN.neighbourDistances(of: vectors, minPoints: 5, seed: 0) == [6, 7, 9, 10, 10])
  }

  @Test("is at the knee of the curve")
  func knee() {
    #expect(DBSCAN.knee(of: [1, 1.1, 1.2, 1.3, 5, 9]) == 3)
    #expect(DBSCAN.knee(of: [0, 0, 0, 1]) == 2)
    #expect(DBSCAN.knee(of: [2, 2, 2]) == 0)
    #expect(DBSCAN.knee(of: [2]) == 0)
  }

  @Test("is there for the same vectors, and not for fewer than make a core")
  func degenerate() {
    #expect(DBSCAN.suggestedRadius(for: onALine([1, 2]), minPoints: 3) == nil)
    #expect(DBSCAN.suggestedRadius(for: onALine([1, 4]), minPoints: 2) == 3)
    #expect(DBSCAN.suggestedRadius(for: onALine([1, 1, 1]), minPoints: 2) == 0)
    // Most are twice there: the first distance above 0.
    #expect(DBSCAN.suggestedRadius(for: onALine([1, 1, 4, 4, 6, 6, 9]), minPoints: 2) == 3)
  }

  @Test("of a part of many vectors is near that of all")
  func sample() throws {
    let count = DBSCAN.curveLength + 400
    let vectors = PlantedClusters(count: count, dimension: 2, clusters: 3, spread: 0.2, seed: 50)
      .vectors
    let curve = DBSCAN.neighbourDistances(of: vectors, minPoints: 4, seed: 1)
    #expect(curve.count == DBSCAN.curveLength)
    #expect(curve == curve.sorted())
    let radius = try #require(DBSCAN.suggestedRadius(for: vectors, minPoints: 4, seed: 1))
    #expect(radius == DBSCAN.suggestedRadius(for: vectors, minPoints: 4, seed: 1))
    let other = try #require(DBSCAN.suggestedRadius(for: vectors, minPoints: 4, seed: 2))
    #expect(abs(radius / other - 1) < 0.3)
  }
}
