internal import CVectorKernels

/// t-distributed stochastic neighbour embedding (van der Maaten and Hinton 2008), with the forces between far
/// points taken together (Barnes and Hut 1986; van der Maaten 2014). Settings have the names and
/// defaults of openTSNE.
///
/// The same vectors and settings give the same map on the same machine, however many threads there are.
public struct TSNE: Equatable, Sendable {
  /// How many neighbours each point has, softly counted.
  public var perplexity = 30.0
  /// How often points are moved after they were drawn together.
  public var iterationCount = 500
  /// How often they are moved at first, while neighbours pull more than they should.
  public var earlyIterationCount = 250
  /// How much more they pull then.
  public var earlyExaggeration = 12.0
  /// How far forces move points; nil for the number of points over four times the exaggeration, 50 at least
  /// (Belkina and others 2019; in openTSNE, whose gradient is a fourth of this, it is four times that).
  public var learningRate: Double?
  /// How much of a move goes on in the next.
  public var momentum = 0.8
  /// A group of points counts as one that is seen under no wider angle.
  public var angle = 0.5
  /// The number of dimensions of the map, 2 or 3.
  public var dimensions = 2
  /// Where chance begins: it moves points that begin in one place apart.
  public var seed: UInt64 = 0

  /// Makes settings of the defaults.
  public init() {}

  /// How many neighbours of each vector are needed.
  public var neighbourCount: Int { PerplexityAffinities.neighbourCount(perplexity: perplexity) }

  /// Steps in a direction that stays grow, others shrink (Jacobs 1988).
  private static let (growth, shrink, leastGain): (Float, Float, Float) = (0.2, 0.8, 0.01)
  /// No step along an axis is longer.
  private static let longestStep: Float = 5
  /// The deviation of the start along its first axis.
  private static let startDeviation: Float = 1e-4
  private static let pointsAtOnce = 512

  /// Lays out a map.
  /// - Parameters:
  ///   - graph: the nearest neighbours of the vectors, ``neighbourCount`` of each where there are so
  ///     many; where there are fewer the perplexity is a third of their number.
  ///   - start: where they are at first, graph.count × ``dimensions``: their principal components are a
  ///     good choice. It is made very small.
  ///   - progress: told after each move how many are done.
  /// - Returns: graph.count × ``dimensions`` positions, row-major.
  public func layout(
    of graph: NeighbourGraph, start: [Float], progress: (Int) -> Void = { _ in }
  ) -> [Float] {
    precondition((2...3).contains(dimensions), "a map of \(dimensions) dimensions")
    precondition(
      start.count == graph.count * dimensions, "\(start.count) numbers for \(graph.count) points")
    var positions = scaled(start)
    let least = min(perplexity, Double(graph.neighbourCount) / 3)
    guard graph.count > 3, least > 1 else { return positions }
    let forces = PointForces(
      PerplexityAffinities(of: graph, perplexity: least), count: graph.count,
      dimensions: dimensions, angle: Float(angle), pointsAtOnce: Self.pointsAtOnce)
    var moves = [Float](repeating: 0, count: positions.count)
    var gains = [Float](repeating: 1, count: positions.count)
    for iteration in 0..<(earlyIterationCount + iterationCount) {
      let exaggeration = iteration < earlyIterationCount ? earlyExaggeration : 1
      let rate = Float(learningRate ?? max(50, Double(graph.count) / exaggeration / 4))
      let gradient = forces.gradient(at: positions, exaggeration: Float(exaggeration))
      for place in positions.indices {
        step(&positions[place], &moves[place], &gains[place], gradient[place], rate)
      }
      centre(&positions)
      progress(iteration + 1)
    }
    return positions
  }

  /// One step downhill, with momentum and a gain of its own.
  func step(
    _ position: inout Float, _ move: inout Float, _ gain: inout Float, _ gradient: Float,
    _ rate: Float
  ) {
    let goesOn = (gradient > 0) != (move > 0)
    gain = goesOn ? gain + Self.growth : gain * Self.shrink + Self.leastGain
    move = Float(momentum) * move - rate * gain * gradient
    move = max(-Self.longestStep, min(Self.longestStep, move))
    position += move
  }

  private func centre(_ positions: inout [Float]) {
    let count = Double(max(1, positions.count / dimensions))
    for axis in 0..<dimensions {
      let places = stride(from: axis, to: positions.count, by: dimensions)
      let mean = Float(places.reduce(0.0) { $0 + Double(positions[$1]) } / count)
      for place in places { positions[place] -= mean }
    }
  }

  private func scaled(_ start: [Float]) -> [Float] {
    var result = start
    centre(&result)
    let first = stride(from: 0, to: result.count, by: dimensions)
    let square = first.reduce(Float(0)) { $0 + result[$1] * result[$1] }
    let deviation = (square / Float(max(1, result.count / dimensions))).squareRoot()
    let scale = deviation > 0 ? Self.startDeviation / deviation : 0
    // Points in one place would stay together.
    var random = RandomNumbers(seed: seed)
    for place in result.indices {
      result[place] =
        scale * result[place] + Self.startDeviation * 1e-3 * Float(random.fraction() - 0.5)
    }
    return result
  }
}
