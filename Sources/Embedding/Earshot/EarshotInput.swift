public import SpectralFeatures

/// What the model `earshot` sees of an excerpt.
public struct EarshotInput: Sendable {
  /// Every ``StatisticPart``, in the order of their cases.
  public let statistics: [Float]
  /// The mel spectrogram in dB under its loudest value, at least -80, the mean of two neighbouring
  /// frames each: pairs x 128, the lowest band first.
  public let pairs: FeatureMatrix

  /// Takes what was computed before.
  public init(statistics: [Float], pairs: FeatureMatrix) {
    (self.statistics, self.pairs) = (statistics, pairs)
  }

  /// Takes what is needed from the features of an excerpt.
  /// - Parameter features: with all of ``contents``.
  public init(_ features: SpectralFeatureSet) {
    guard let mel = features.melDecibels else {
      preconditionFailure("an excerpt without its mel spectrogram")
    }
    var all = TrackStatistics(features)
    statistics = StatisticPart.allCases.flatMap { all.values(of: $0) }
    pairs = Self.pairs(of: mel)
  }

  /// The features it is made from.
  public static let contents = StatisticPart.allCases.reduce(into: SpectralAnalyzer.Contents()) {
    $0.formUnion($1.contents)
  }

  /// How many statistics there are.
  public static func statisticCount(_ settings: SpectrogramSettings) -> Int {
    StatisticPart.allCases.reduce(0) { $0 + $1.count(settings) }
  }

  /// Where each part stands among the statistics.
  public static func range(
    of part: StatisticPart, _ settings: SpectrogramSettings
  ) -> Range<Int> {
    var start = 0
    for other in StatisticPart.allCases {
      let count = other.count(settings)
      if other == part { return start..<(start + count) }
      start += count
    }
    preconditionFailure("\(part) is no statistic")
  }

  /// The means of neighbouring frames, two by two; of a single frame, that frame.
  public static func pairs(of matrix: FeatureMatrix) -> FeatureMatrix {
    guard matrix.frameCount > 1 else { return matrix }
    let (count, bins) = (matrix.frameCount / 2, matrix.binCount)
    let values = [Float](unsafeUninitializedCapacity: count * bins) { room, used in
      matrix.values.withUnsafeBufferPointer { values in
        for pair in 0..<count {
          let (first, to) = (2 * pair * bins, pair * bins)
          for bin in 0..<bins {
            room[to + bin] = 0.5 * (values[first + bin] + values[first + bins + bin])
          }
        }
      }
      used = count * bins
    }
    return FeatureMatrix(frameCount: count, binCount: bins, values: values)
  }

  /// The fewest steps of the time network; fewer pairs are repeated from the first until there are
  /// as many.
  public static let leastSteps = 16

  /// The input of the time network: each pair less its band's mean over all pairs, in tens of dB;
  /// steps x 128.
  public static func movement(of pairs: FeatureMatrix) -> FeatureMatrix {
    let (count, bins) = (pairs.frameCount, pairs.binCount)
    precondition(count > 0, "an excerpt without frames")
    let mean = pairs.meanOverFrames()
    let copies = max(1, (leastSteps + count - 1) / count)
    let values = [Float](unsafeUninitializedCapacity: copies * count * bins) { room, used in
      pairs.values.withUnsafeBufferPointer { pairs in
        mean.withUnsafeBufferPointer { mean in
          for step in 0..<(copies * count) {
            let from = step % count * bins
            for bin in 0..<bins {
              room[step * bins + bin] = (pairs[from + bin] - mean[bin]) * 0.1
            }
          }
        }
      }
      used = room.count
    }
    return FeatureMatrix(frameCount: values.count / bins, binCount: bins, values: values)
  }
}
