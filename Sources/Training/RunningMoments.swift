/// Mean and deviation of rows that come one after the other (Welford 1962).
struct RunningMoments {
  private var count = 0.0
  private(set) var mean: [Double] = []
  private var squares: [Double] = []

  mutating func add(_ row: [Float]) {
    if mean.isEmpty {
      mean = [Double](repeating: 0, count: row.count)
      squares = mean
    }
    count += 1
    for (place, value) in row.enumerated() {
      let before = Double(value) - mean[place]
      mean[place] += before / count
      squares[place] += before * (Double(value) - mean[place])
    }
  }

  var deviation: [Double] { squares.map { ($0 / max(1, count)).squareRoot() } }
}
