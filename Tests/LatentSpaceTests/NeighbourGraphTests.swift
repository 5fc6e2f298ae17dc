import Testing

@testable import LatentSpace

@Suite("neighbour graph")
struct NeighbourGraphTests {
  @Test("has the nearest others, the nearest first, of equally near ones the smaller number")
  func order() {
    let graph = NeighbourGraph(of: onALine([0, 3, 1, -1, 3]), neighbourCount: 3)
    #expect(graph.neighbours == [2, 3, 1] + [4, 2, 0] + [0, 1, 3] + [0, 2, 1] + [1, 2, 0])
    #expect(graph.distances == [1, 1, 3, 0, 2, 3, 1, 2, 2, 1, 2, 4, 0, 2, 3])
    #expect(graph.count == 5)
  }

  @Test("of few vectors has all others")
  func few() {
    let graph = NeighbourGraph(of: onALine([0, 3, 1]), neighbourCount: 15)
    #expect(graph.neighbourCount == 2)
    #expect(graph.neighbours == [2, 1, 2, 0, 0, 1])
  }

  @Test("is what comparing each with each gives", arguments: [UInt64(1), 2])
  func plain(seed: UInt64) {
    // More rows than are compared in one go.
    let vectors = PlantedClusters(count: 700, dimension: 70, clusters: 5, spread: 0.5, seed: seed)
      .vectors
    var told: [Int] = []
    let graph = NeighbourGraph(of: vectors, neighbourCount: 12) { told.append($0) }
    for row in stride(from: 0, to: 700, by: 7) {
      let all = (0..<700).filter { $0 != row }
        .map { (distance: vectors.exactSquaredDistance(row, $0), number: $0) }
        .sorted { ($0.distance, $0.number) < ($1.distance, $1.number) }
      let found = graph.neighbours[(row * 12)..<((row + 1) * 12)].map { Int($0) }
      #expect(found == all.prefix(12).map(\.number))
      for (place, one) in all.prefix(12).enumerated() {
        #expect(abs(Double(graph.distances[row * 12 + place]) - one.distance.squareRoot()) < 1e-4)
      }
    }
    #expect(told == told.sorted() && told.last == 700)
  }

  @Test("of new vectors among known ones counts equal vectors too")
  func among() {
    let known = onALine([0, 3, 1])
    let graph = NeighbourGraph(from: onALine([3, 0.6]), to: known, neighbourCount: 2)
    #expect(graph.neighbours == [1, 2, 2, 0])
    #expect(graph.distances[0] == 0)
  }
}
