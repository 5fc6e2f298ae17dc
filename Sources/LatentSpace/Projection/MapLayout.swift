internal import CVectorKernels

/// The strengths of neighbours seen from one side only: of vectors that are put on a map.
struct OneWayEdges {
  private(set) var starts: [UInt32] = [0]
  private(set) var targets: [UInt32] = []
  private(set) var weights: [Float] = []

  init(of graph: NeighbourGraph, _ bandwidths: FuzzySimplicialSet.Bandwidths) {
    for row in 0..<graph.count {
      for place in (row * graph.neighbourCount)..<((row + 1) * graph.neighbourCount) {
        let weight = bandwidths.weight(of: graph.distances[place], row: row)
        guard weight > 0 else { continue }
        targets.append(UInt32(graph.neighbours[place]))
        weights.append(weight)
      }
      starts.append(UInt32(targets.count))
    }
  }
}

/// A graph that is laid out epoch by epoch.
struct MapLayout {
  private let starts: [UInt32]
  private let targets: [UInt32]
  /// So many epochs pass until an edge pulls again.
  private let periods: [Float]
  private let epochCount: Int
  private let fixedCount: Int
  private let isSame: Bool

  /// Vertices that one thread moves in one go.
  private static let verticesAtOnce = 1_024

  init(_ set: FuzzySimplicialSet, epochCount: Int, fixedCount: Int, isSame: Bool) {
    self.init(
      starts: set.starts.map { UInt32($0) }, targets: set.targets.map { UInt32($0) },
      weights: set.weights, epochCount: epochCount, fixedCount: fixedCount, isSame: isSame)
  }

  init(
    starts: [UInt32], targets: [UInt32], weights: [Float], epochCount: Int, fixedCount: Int,
    isSame: Bool
  ) {
    // Edges so weak that they would not pull once are left out.
    let largest = weights.max() ?? 0
    let least = largest / Float(epochCount)
    var kept: (starts: [UInt32], targets: [UInt32], periods: [Float]) = ([0], [], [])
    for row in 0..<(starts.count - 1) {
      for edge in Int(starts[row])..<Int(starts[row + 1]) where weights[edge] >= least {
        kept.targets.append(targets[edge])
        kept.periods.append(largest / weights[edge])
      }
      kept.starts.append(UInt32(kept.targets.count))
    }
    (self.starts, self.targets, periods) = kept
    self.epochCount = epochCount
    self.fixedCount = fixedCount
    self.isSame = isSame
  }

  /// Moves points through all epochs.
  /// - Parameters:
  ///   - positions: of the points, row-major.
  ///   - map: where the points are that pull and push; nil for these themselves.
  func run(
    _ settings: UMAP, on positions: inout [Float], around map: [Float]?,
    progress: (Int) -> Void
  ) {
    let curve = LikenessCurve(
      minimumDistance: settings.minimumDistance, spread: settings.spread)
    let count = starts.count - 1
    let room = LayoutRoom(positions: positions, fixed: map, periods: periods, settings: settings)
    var random = RandomNumbers(seed: settings.seed, stream: 1)
    let parts = RowBlocks.ranges(of: count, length: Self.verticesAtOnce)
    starts.withUnsafeBufferPointer { starts in
      targets.withUnsafeBufferPointer { targets in
        periods.withUnsafeBufferPointer { periods in
          let graph = cvk_layout(
            starts: starts.baseAddress, targets: targets.baseAddress,
            periods: periods.baseAddress, fixed_count: fixedCount,
            dimensions: settings.dimensions, a: Float(curve.a), b: Float(curve.b),
            negative_rate: Float(settings.negativeSampleRate),
            is_same: isSame ? 1 : 0)
          let shared = SharedGraph(graph)
          for epoch in 0..<epochCount {
            let rate = Float(settings.learningRate) * (1 - Float(epoch) / Float(epochCount))
            let seed = random.bits()
            _ = RowBlocks.map(parts.count) { number in
              room.move(parts[number], shared, epoch: epoch, rate: rate, seed: seed)
            }
            room.turn()
            progress(epoch + 1)
          }
        }
      }
    }
    positions = room.positions
  }
}

/// A graph that several threads read.
///
/// Unchecked: nothing writes what it points to while it is used.
private struct SharedGraph: @unchecked Sendable {
  let graph: cvk_layout
  init(_ graph: cvk_layout) { self.graph = graph }
}

/// The positions before and after an epoch, and when edges are due.
///
/// Unchecked: each thread writes only what belongs to its own vertices, and ``turn()`` is called between
/// the epochs.
private final class LayoutRoom: @unchecked Sendable {
  private var before: UnsafeMutableBufferPointer<Float>
  private var after: UnsafeMutableBufferPointer<Float>
  private let fixed: UnsafeMutableBufferPointer<Float>?
  private let due: UnsafeMutableBufferPointer<Float>
  private let negativeDue: UnsafeMutableBufferPointer<Float>

  init(positions: [Float], fixed: [Float]?, periods: [Float], settings: UMAP) {
    before = Self.copy(of: positions)
    after = Self.copy(of: positions)
    self.fixed = fixed.map(Self.copy)
    due = Self.copy(of: periods)
    negativeDue = Self.copy(of: periods.map { $0 / Float(settings.negativeSampleRate) })
  }

  deinit {
    for memory in [before, after, due, negativeDue] { memory.deallocate() }
    fixed?.deallocate()
  }

  var positions: [Float] { Array(before) }

  func move(_ vertices: Range<Int>, _ shared: SharedGraph, epoch: Int, rate: Float, seed: UInt64) {
    guard let before = before.baseAddress, let after = after.baseAddress,
      let due = due.baseAddress, let negativeDue = negativeDue.baseAddress
    else { return }
    let fixed = fixed?.baseAddress ?? before
    withUnsafePointer(to: shared.graph) { graph in
      cvk_layout_epoch(
        graph, fixed, before, after, vertices.lowerBound, vertices.upperBound, due, negativeDue,
        Float(epoch), rate, seed)
    }
  }

  /// What was after an epoch is before the next.
  func turn() { swap(&before, &after) }

  private static func copy(of numbers: [Float]) -> UnsafeMutableBufferPointer<Float> {
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, numbers.count))
    _ = memory.initialize(fromContentsOf: numbers)
    return memory
  }
}
