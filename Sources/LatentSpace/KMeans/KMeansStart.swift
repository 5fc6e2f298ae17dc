internal import Glibc

/// Centroids to start from: greedy k-means++ (Arthur and Vassilvitskii, "k-means++: the advantages of
/// careful seeding", 2007).
enum KMeansStart {
  /// Vectors that lie far apart.
  ///
  /// The first is drawn with equal chances. For each other, 2 + ln k candidates (as in scikit-learn)
  /// are drawn, with chances that grow with the squared distance from the nearest one so far; the one
  /// that leaves the least inertia is taken.
  static func centroids(
    _ clusterCount: Int, of vectors: VectorSet, random: inout RandomNumbers
  ) -> VectorSet {
    let all = 0..<vectors.count
    let trialCount = 2 + Int(log(Double(clusterCount)))
    var chosen = [random.integer(below: vectors.count)]
    var nearest = [Float](repeating: 0, count: vectors.count)
    vectors.squaredDistances(from: chosen[0], to: all, into: &nearest)
    var candidate = nearest
    var best = nearest
    while chosen.count < clusterCount {
      let sums = runningSums(nearest)
      var least = Double.infinity
      var leader = 0
      for _ in 0..<trialCount {
        let row = draw(by: sums, random: &random)
        vectors.squaredDistances(from: row, to: all, into: &candidate)
        let inertia = keepSmaller(&candidate, nearest)
        if inertia < least {
          (least, leader) = (inertia, row)
          swap(&best, &candidate)
        }
      }
      chosen.append(leader)
      swap(&nearest, &best)
    }
    return vectors.selecting(chosen)
  }

  private static func runningSums(_ values: [Float]) -> [Double] {
    var sum = 0.0
    return values.map {
      sum += Double($0)
      return sum
    }
  }

  /// A place, with chances like the values whose running sums are given; with equal ones where all
  /// values are 0.
  private static func draw(by sums: [Double], random: inout RandomNumbers) -> Int {
    let total = sums[sums.count - 1]
    guard total > 0 else { return random.integer(below: sums.count) }
    let target = random.fraction() * total
    // The first whose running sum passes the target: never one whose value is 0.
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Takes the smaller of two values at each place, and gives their sum.
  private static func keepSmaller(_ values: inout [Float], _ others: [Float]) -> Double {
    var sum = 0.0
    for place in values.indices {
      values[place] = min(values[place], others[place])
      sum += Double(values[place])
    }
    return sum
  }
}
