import Testing

@testable import LatentSpace

@Suite("Sets of vectors")
struct VectorSetTests {
  @Test("refuse what is not finite, and say where", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) {
    #expect(throws: LatentSpaceError.notFinite(row: 1, column: 2)) {
      try VectorSet(values: [1, 2, 3, 4, 5, value, 7, value, 9], dimension: 3)
    }
  }

  @Test("refuse values whose squared distances overflow, and take the largest others")
  func tooLarge() throws {
    let largest = VectorSet.largestMagnitude(dimension: 2)
    #expect(throws: LatentSpaceError.tooLarge(row: 0, column: 1)) {
      try VectorSet(values: [0, -largest.nextUp], dimension: 2)
    }
    let vectors = try VectorSet(
      values: [largest, largest, -largest, -largest, largest, -largest], dimension: 2)
    let clusters = KMeans(clusterCount: 2).clusters(of: vectors)
    #expect(clusters.inertia.isFinite)
    #expect(clusters.centroids.values.allSatisfy { $0.isFinite })
    #expect(DBSCAN(radius: .greatestFiniteMagnitude, minPoints: 3).clusters(of: vectors).count == 1)
  }

  @Test("give rows, and choose them in any order")
  func rows() throws {
    let vectors = try VectorSet(values: [1, 2, 3, 4, 5, 6], dimension: 2)
    #expect(vectors.count == 3)
    #expect(Array(vectors.row(1)) == [3, 4])
    #expect(vectors.selecting([2, 0, 2]).values == [5, 6, 1, 2, 5, 6])
    #expect(vectors.selecting([]).count == 0)
  }

  @Test("must be whole vectors")
  func wholeVectors() async {
    await #expect(processExitsWith: .failure) {
      _ = try VectorSet(values: [1, 2, 3], dimension: 2)
    }
  }
}

@Suite("Numbers at random")
struct RandomNumbersTests {
  @Test("choose each number at most once, with equal chances, in order")
  func choose() {
    var random = RandomNumbers(seed: 1)
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<3_000 {
      let chosen = random.choose(3, below: 10)
      #expect(chosen == Set(chosen).sorted() && chosen.count == 3)
      for number in chosen { counts[number] += 1 }
    }
    // 900 each, with a deviation of 25.
    #expect(counts.allSatisfy { abs($0 - 900) < 125 }, "\(counts)")
    #expect(random.choose(4, below: 4) == [0, 1, 2, 3])
  }

  @Test("differ between streams of a seed and between seeds")
  func streams() {
    let starts = (0..<20).flatMap { seed in
      (-1..<20).map { stream -> Int in
        var random = RandomNumbers(seed: UInt64(seed), stream: stream)
        return random.integer(below: 1 << 40)
      }
    }
    #expect(Set(starts).count == starts.count)
  }
}
