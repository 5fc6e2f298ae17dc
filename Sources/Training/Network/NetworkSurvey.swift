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
  ///   - report: called after each track with the number done; false stops.
  /// - Returns: nil when told to stop.
  /// - Throws: `cache`.
  public init?(
    _ network: NetworkInTraining, tracks: TrainingTracks, members: [Int], starts: (Int) -> [Int],
    report: (Int) -> Bool
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
      guard report(done + 1) else { return nil }
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

extension Tensor {
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
