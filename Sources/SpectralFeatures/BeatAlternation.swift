internal import CVectorKernels

/// Tells beats from half beats and double beats by the drums that fall on them.
///
/// Listeners take the distance between unlike drums in turn, bass drum and snare, as the beat
/// (Elowsson and Friberg, Modeling the perception of tempo, 2015). So a period is the beat's where
/// sounds one and three periods apart are unlike and those two and four periods apart are alike: the
/// autocorrelation of low less middle onset strength is negative there and positive here.
struct BeatAlternation {
  /// Low less middle onset strength, each of mean 0 and variance 1, smoothed and scaled to variance
  /// 1 again.
  private let contrast: [Float]

  /// Nil where one of the two is constant, or nothing differs.
  init?(_ onsets: DrumBandOnsets) {
    guard let low = Self.standardized(onsets.low), let middle = Self.standardized(onsets.middle)
    else { return nil }
    let difference = zip(low, middle).map { $0 - $1 }
    // Hits are a frame early or late against an even beat.
    let smooth = difference.indices.map { place in
      let before = difference[max(0, place - 1)]
      let after = difference[min(difference.count - 1, place + 1)]
      return 0.5 * difference[place] + 0.25 * (before + after)
    }
    guard let contrast = Self.standardized(smooth) else { return nil }
    self.contrast = contrast
  }

  /// The period of those given (frames) at which drums alternate most; nil if at none they do.
  func beat(among periods: [Double]) -> Double? {
    let found = periods.compactMap { period in strength(period: period).map { ($0, period) } }
    return found.max { $0.0 < $1.0 }?.1
  }

  /// How clearly drums alternate, from ``least`` to 1; nil if they do not, or if the sound is too
  /// short to tell.
  func strength(period: Double) -> Double? {
    guard 8 * period + 2 <= Double(contrast.count) else { return nil }
    let values = (1...4).map { correlation(lag: Double($0) * period) }
    let strength = (values[1] - values[0] + values[3] - values[2]) / 4
    return values[0] < 0 && values[2] < 0 && strength >= Self.least ? strength : nil
  }

  /// Noise stays below. On tracks made up of many patterns, values from 0.2 to 0.3 decide about the
  /// same.
  static let least = 0.25

  /// Between whole lags on a straight line.
  private func correlation(lag: Double) -> Double {
    let whole = Int(lag)
    let share = lag - Double(whole)
    return (1 - share) * correlation(lag: whole) + share * correlation(lag: whole + 1)
  }

  private func correlation(lag: Int) -> Double {
    let count = contrast.count - lag
    return contrast.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, count > 0 else { return 0 }
      return Double(cvk_dot(start, start + lag, count)) / Double(count)
    }
  }

  private static func standardized(_ values: [Float]) -> [Float]? {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Float(values.count)
    let centred = values.map { $0 - mean }
    let variance = cvk_dot(centred, centred, centred.count) / Float(centred.count)
    guard variance >= 1e-12 else { return nil }
    let scale = 1 / variance.squareRoot()
    return centred.map { $0 * scale }
  }
}
