/// The nearest others of each of many vectors, by Euclidean distance: what maps are made from.
public struct NeighbourGraph: Equatable, Sendable {
  /// How many neighbours each vector has.
  public let neighbourCount: Int
  /// How many vectors there are.
  public let count: Int
  /// count × neighbourCount: the numbers of the neighbours, the nearest first, of equally near ones
  /// the smaller number. No vector is its own neighbour.
  public let neighbours: [Int32]
  /// Their distances.
  public let distances: [Float]

  /// Takes neighbours that were found elsewhere, in the order told above.
  public init(neighbourCount: Int, neighbours: [Int32], distances: [Float]) {
    precondition(
      neighbourCount > 0 && neighbours.count.isMultiple(of: neighbourCount)
        && distances.count == neighbours.count,
      "\(neighbours.count) neighbours, \(neighbourCount) each, with \(distances.count) distances")
    self.neighbourCount = neighbourCount
    count = neighbours.count / neighbourCount
    self.neighbours = neighbours
    self.distances = distances
  }

  /// Finds the neighbours by comparing all with all.
  /// - Parameters:
  ///   - vectors: two at least.
  ///   - neighbourCount: how many each is to have, at least 1; fewer where there are fewer others.
  ///   - progress: told how many vectors have theirs, on the calling thread.
  public init(
    of vectors: VectorSet, neighbourCount: Int, progress: (Int) -> Void = { _ in }
  ) {
    self = Self.nearest(
      to: vectors, among: vectors, neighbourCount: min(neighbourCount, vectors.count - 1),
      isSame: true, progress: progress)
  }

  /// Finds the nearest of some vectors to others, which have no place among the former.
  public init(from vectors: VectorSet, to others: VectorSet, neighbourCount: Int) {
    self = Self.nearest(
      to: vectors, among: others, neighbourCount: min(neighbourCount, others.count),
      isSame: false, progress: { _ in })
  }

  private static func nearest(
    to vectors: VectorSet, among others: VectorSet, neighbourCount: Int, isSame: Bool,
    progress: (Int) -> Void
  ) -> NeighbourGraph {
    precondition(neighbourCount > 0, "\(neighbourCount) neighbours among \(others.count)")
    precondition(
      vectors.dimension == others.dimension && others.count <= Int32.max,
      "neighbours of \(vectors.dimension) values among \(others.count) of \(others.dimension)")
    let parts = RowBlocks.ranges(of: vectors.count, length: RowBlocks.queryCount)
    var graph = (neighbours: [Int32](), distances: [Float]())
    graph.neighbours.reserveCapacity(vectors.count * neighbourCount)
    graph.distances.reserveCapacity(vectors.count * neighbourCount)
    RowBlocks.forEach(parts.count) { number in
      found(
        rows: parts[number], of: vectors, among: others, neighbourCount: neighbourCount,
        isSame: isSame)
    } receive: { number, lists in
      for list in lists {
        graph.neighbours += list.map(\.number)
        graph.distances += list.map { $0.square.squareRoot() }
      }
      progress(parts[number].upperBound)
    }
    return NeighbourGraph(
      neighbourCount: neighbourCount, neighbours: graph.neighbours, distances: graph.distances)
  }

  private typealias Found = (square: Float, number: Int32)

  private static func found(
    rows: Range<Int>, of vectors: VectorSet, among others: VectorSet, neighbourCount: Int,
    isSame: Bool
  ) -> [[Found]] {
    var lists = [[Found]](repeating: [], count: rows.count)
    var distances = [Float](repeating: 0, count: others.blockLength)
    vectors.values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for block in RowBlocks.ranges(of: others.count, length: others.blockLength) {
        for row in rows {
          others.squaredDistances(
            from: first + row * vectors.dimension, to: block, into: &distances)
          var limit =
            lists[row - rows.lowerBound].count < neighbourCount
            ? Float.infinity : lists[row - rows.lowerBound].last?.square ?? .infinity
          for place in 0..<block.count where distances[place] < limit || limit == .infinity {
            let other = block.lowerBound + place
            if isSame && other == row { continue }
            insert(
              (distances[place], Int32(other)), into: &lists[row - rows.lowerBound],
              room: neighbourCount)
            if lists[row - rows.lowerBound].count == neighbourCount {
              limit = lists[row - rows.lowerBound].last?.square ?? limit
            }
          }
        }
      }
    }
    return lists
  }

  /// Puts one into a short list in order; others come in ascending numbers, so an equal one goes
  /// behind.
  private static func insert(_ new: Found, into list: inout [Found], room: Int) {
    if list.count == room { list.removeLast() }
    var place = list.count
    list.append(new)
    while place > 0, list[place - 1].square > new.square {
      list[place] = list[place - 1]
      place -= 1
    }
    list[place] = new
  }
}
