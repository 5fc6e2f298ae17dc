/// The nearest centroid of each vector.
struct NearestCentroids {
  /// Of equally near centroids the first.
  private(set) var labels: [Int]
  private(set) var squaredDistances: [Float]

  init(of vectors: VectorSet, among centroids: VectorSet) {
    labels = [Int](repeating: 0, count: vectors.count)
    squaredDistances = [Float](repeating: 0, count: vectors.count)
    vectors.values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      var distances = [Float](repeating: 0, count: centroids.count)
      for row in 0..<vectors.count {
        centroids.squaredDistances(
          from: first + row * vectors.dimension, to: 0..<centroids.count, into: &distances)
        var nearest = 0
        for label in 1..<distances.count where distances[label] < distances[nearest] {
          nearest = label
        }
        labels[row] = nearest
        squaredDistances[row] = distances[nearest]
      }
    }
  }

  /// The sum of the squared distances.
  var inertia: Double { squaredDistances.reduce(0) { $0 + Double($1) } }
}
