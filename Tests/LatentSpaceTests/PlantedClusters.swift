@testable import LatentSpace

/// Vectors around centres that are known.
struct PlantedClusters {
  let vectors: VectorSet
  /// The centre of each vector.
  let labels: [Int]

  /// - Parameter spread: the deviation from a centre along an axis; centres are about
  ///   √(2 · dimension) apart.
  init(count: Int, dimension: Int, clusters: Int, spread: Double, seed: UInt64) {
    var random = RandomNumbers(seed: seed)
    func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + random.fraction() } }
    let centres = (0..<clusters).map { _ in (0..<dimension).map { _ in normal() } }
    let labels = (0..<count).map { _ in random.integer(below: clusters) }
    self.labels = labels
    vectors = VectorSet(
      checked: labels.flatMap { label in
        centres[label].map { Float($0 + spread * normal()) }
      }, dimension: dimension)
  }
}

/// Whether two lists of labels are the same but for the names of the clusters.
func areSameClusters(_ left: [Int], _ right: [Int]) -> Bool {
  var pairs: Set<[Int]> = []
  for (left, right) in zip(left, right) { pairs.insert([left, right]) }
  return left.count == right.count && pairs.count == Set(left).count
    && pairs.count == Set(right).count
}

/// Vectors of one value each.
func onALine(_ values: [Float]) -> VectorSet { VectorSet(checked: values, dimension: 1) }
