internal import NeuralNetwork

/// What a trained network makes of the tracks it was trained on: the scales of its vectors, and how
/// well it can draw them.
public struct NetworkSurvey: Sendable {
  /// The mean of each number of the tracks' vectors.
  public private(set) var mean: [Float] = []
  /// The deviation of each; 1 for a number that never changes.
  public private(set) var deviation: [Float] = []
  /// The mean squared error of each track's drawn tiles, ascending; empty without a decoder.
  public private(set) var errors: [Float] = []

  /// The columns that `embed` hears of a track: 30 seconds.
  private static let columnCount = 512

  /// Looks at tracks, at the middle thirty seconds of each, as `embed` does.
  /// - Parameters:
  ///   - starts: where the tiles of so many columns lie.
  ///   - report: called after each track with the number done.
  /// - Throws: `cache`.
  public init(
    _ network: NetworkInTraining, tracks: TrainingTracks, members: [Int], starts: (Int) -> [Int],
    report: (Int) -> Void
  ) throws(NetworkTrainingError) {
    var moments = RunningMoments()
    let side = MelBands.count
    for (done, number) in members.enumerated() {
      let columns = tracks.tracks[number].columnCount
      let used = min(columns, Self.columnCount)
      var values: [Float] = []
      let places = starts(used).map { $0 + (columns - used) / 2 }
      for start in places {
        do {
          values += try tracks.crop(start..<(start + side), of: number).tile()
        } catch {
          throw NetworkTrainingError(error)
        }
      }
      let tiles = Tensor(shape: [places.count, side, side], values: values)
      let vectors = network.encoder.forward(tiles, training: false)
      moments.add(vectors.meanRow)
      if let decoder = network.decoder {
        let drawn = Self.drawn(of: places.count)
        let output = decoder.forward(vectors.rows(drawn), training: false)
        let target = tiles.rows(drawn).reshaped(output.shape)
        errors.append(Loss.meanSquaredError(output, target: target).value)
      }
      report(done + 1)
    }
    mean = moments.mean.map(Float.init)
    deviation = moments.deviation.map { $0 > 1e-6 ? Float($0) : 1 }
    errors.sort()
  }

  /// The tiles that are drawn: as many as lie side by side, since a decoder takes longer than an
  /// encoder.
  private static func drawn(of count: Int) -> [Int] {
    let most = columnCount / MelBands.count
    guard count > most else { return Array(0..<count) }
    return (0..<most).map { $0 * (count - 1) / (most - 1) }
  }

  /// The error that so many of a hundred tracks do not pass; nil without a decoder.
  public func error(percentile: Double) -> Float? {
    guard !errors.isEmpty else { return nil }
    let place = (Double(errors.count - 1) * percentile / 100).rounded(.up)
    return errors[min(errors.count - 1, Int(place))]
  }
}

/// Mean and deviation of rows that come one after the other (Welford 1962).
private struct RunningMoments {
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

extension Tensor {
  /// Some of the rows.
  fileprivate func rows(_ numbers: [Int]) -> Tensor {
    let size = count / shape[0]
    return withNumbers { values in
      Tensor(
        shape: [numbers.count] + shape.dropFirst(),
        values: numbers.flatMap { values[($0 * size)..<(($0 + 1) * size)] })
    }
  }

  /// The mean of the rows of a matrix.
  fileprivate var meanRow: [Float] {
    let (rows, width) = (shape[0], shape[1])
    return withNumbers { numbers in
      (0..<width).map { column in
        (0..<rows).reduce(0) { $0 + numbers[$1 * width + column] } / Float(rows)
      }
    }
  }
}
