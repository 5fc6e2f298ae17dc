/// How far each candidate is from each query, a query at a time: all of them together would take
/// memory with the square of the number of tracks.
public protocol DistanceRows: Sendable {
  /// The number of queries.
  var queryCount: Int { get }
  /// The number of candidates.
  var candidateCount: Int { get }
  /// One query's distances: as many finite values as there are candidates; the smaller, the nearer.
  func row(_ query: Int) -> [Double]
}

extension DistanceRows {
  /// The candidates of a query, nearest first; of equally near ones the earlier first.
  func ranking(of query: Int) -> [Int] {
    let row = row(query)
    precondition(
      row.count == candidateCount && row.allSatisfy(\.isFinite), "a distance that is not finite")
    return row.withUnsafeBufferPointer { row in
      row.indices.sorted {
        let (left, right) = (row[$0], row[$1])
        return left != right ? left < right : $0 < $1
      }
    }
  }
}

/// Vectors brought to length 1, one behind the other.
struct UnitRows: Sendable {
  let count: Int
  let dimension: Int
  /// count × dimension. A vector of length 0 stays one.
  let values: [Double]

  /// - Parameter vectors: of one length and of finite values.
  init(_ vectors: [[Float]]) {
    count = vectors.count
    dimension = vectors.first?.count ?? 0
    var values: [Double] = []
    values.reserveCapacity(count * dimension)
    for vector in vectors {
      precondition(vector.count == dimension, "vectors of \(vector.count) and \(dimension) values")
      let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      values += vector.map { Double($0) / max(length, 1e-12) }
    }
    self.values = values
  }
}

/// 1 less the cosine of the angle between vectors. A vector of length 0 has distance 1 to all.
struct CosineDistances: DistanceRows {
  let queries: UnitRows
  let candidates: UnitRows

  init(_ queries: UnitRows, _ candidates: UnitRows) {
    precondition(
      queries.count == 0 || candidates.count == 0 || queries.dimension == candidates.dimension,
      "vectors of \(queries.dimension) and \(candidates.dimension) values")
    (self.queries, self.candidates) = (queries, candidates)
  }

  var queryCount: Int { queries.count }
  var candidateCount: Int { candidates.count }

  func row(_ query: Int) -> [Double] {
    let dimension = queries.dimension
    return queries.values.withUnsafeBufferPointer { left in
      candidates.values.withUnsafeBufferPointer { right in
        (0..<candidates.count).map { candidate in
          var sum = 0.0
          for axis in 0..<dimension {
            sum += left[query * dimension + axis] * right[candidate * dimension + axis]
          }
          return 1 - sum
        }
      }
    }
  }
}

/// What queries are compared with: candidates, with all that can be computed of them beforehand.
public struct Gallery: Sendable {
  private enum Kind: Sendable {
    case cosine(UnitRows, BaselineSpace?)
    case gaussian([CepstralGaussian])
    case mutual([CepstralGaussian], MutualProximity)
  }

  private let candidates: [[Float]]
  private let kind: Kind

  /// Compares vectors by their cosine.
  /// - Parameter candidates: vectors of one length and of finite values.
  public init(_ candidates: [[Float]]) {
    self.candidates = candidates
    kind = .cosine(UnitRows(candidates), nil)
  }

  /// Compares values of a baseline by their cosine in a space fitted to tracks.
  init(_ candidates: [[Float]], in space: BaselineSpace) {
    self.candidates = candidates
    kind = .cosine(UnitRows(candidates.map(space.vector)), space)
  }

  /// Compares values of ``Baseline/gaussian``.
  init(gaussian candidates: [[Float]], isMutual: Bool) {
    self.candidates = candidates
    let targets = candidates.map { CepstralGaussian($0) }
    kind =
      isMutual
      ? .mutual(targets, MutualProximity(GaussianDistances(queries: targets, candidates: targets)))
      : .gaussian(targets)
  }

  /// How far all candidates are from queries, which are values like theirs.
  public func distances(from queries: [[Float]]) -> any DistanceRows {
    let areSame = queries == candidates
    switch kind {
    case .cosine(let rows, let space):
      let vectors = { space.map { queries.map($0.vector) } ?? queries }
      return CosineDistances(areSame ? rows : UnitRows(vectors()), rows)
    case .gaussian(let targets):
      return GaussianDistances(
        queries: areSame ? targets : queries.map { CepstralGaussian($0) }, candidates: targets)
    case .mutual(let targets, let proximity):
      return proximity.distances(
        GaussianDistances(
          queries: areSame ? targets : queries.map { CepstralGaussian($0) }, candidates: targets),
        areSame: areSame)
    }
  }
}
