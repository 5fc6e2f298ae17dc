/// The key of a piece of music, estimated from its chroma.
public struct KeyEstimate: Sendable, Equatable {
  /// Major or minor.
  public enum Mode: Sendable, Equatable {
    case major, minor
  }

  /// The tonic's pitch class, from 0 (C) to 11 (B).
  public let tonic: Int

  /// Major or minor.
  public let mode: Mode

  /// The correlation of the mean chroma with the key's profile, from -1 to 1.
  public let correlation: Float

  /// The correlation minus that of the next best key: how sure the estimate is.
  public let margin: Float

  /// The correlation with the best major key minus that with the best minor key, -2 to 2.
  public let majorness: Float

  // Probe-tone profiles from C: C. L. Krumhansl and E. J. Kessler, "Tracing the dynamic changes in
  // perceived tonal organization in a spatial representation of musical keys", Psychological Review
  // 89 (1982), as tabulated in C. L. Krumhansl, Cognitive Foundations of Musical Pitch (1990).
  private static let majorProfile = [
    6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88,
  ]
  private static let minorProfile = [
    6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17,
  ]

  /// The key whose profile correlates best with the mean over frames of chroma (frames x 12); nil
  /// where no pitch class stands out: silence.
  public init?(chroma: FeatureMatrix) {
    precondition(chroma.binCount == Chroma.classCount, "chroma of \(chroma.binCount) classes")
    let mean = chroma.meanOverFrames().map(Double.init)
    guard let most = mean.max(), let least = mean.min(), most - least > 1e-6 else { return nil }
    var keys: [(tonic: Int, mode: Mode, correlation: Double)] = []
    for tonic in 0..<Chroma.classCount {
      let turned = Array(mean[tonic...] + mean[..<tonic])
      keys.append((tonic, .major, Self.correlation(turned, Self.majorProfile)))
      keys.append((tonic, .minor, Self.correlation(turned, Self.minorProfile)))
    }
    keys.sort { $0.correlation > $1.correlation }
    tonic = keys[0].tonic
    mode = keys[0].mode
    correlation = Float(keys[0].correlation)
    margin = Float(keys[0].correlation - keys[1].correlation)
    let best = { (mode: Mode) in keys.first { $0.mode == mode }?.correlation ?? 0 }
    majorness = Float(best(.major) - best(.minor))
  }

  /// The name in English, such as "F# minor".
  public var name: String {
    let names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
    return "\(names[tonic]) \(mode)"
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (meanA, meanB) = (a.reduce(0, +) / 12, b.reduce(0, +) / 12)
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += (x - meanA) * (y - meanB)
      squareA += (x - meanA) * (x - meanA)
      squareB += (y - meanB) * (y - meanB)
    }
    return product / (squareA * squareB).squareRoot()
  }
}
