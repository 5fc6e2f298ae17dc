internal import CVectorKernels

/// Numbers for each frame taken from the samples themselves.
public enum SignalLevel {
  /// The root of the mean square of each centred frame, zeros beyond both ends. Equal to
  /// `librosa.feature.rms`.
  public static func rootMeanSquare(
    of samples: [Float], frameLength: Int = 2048, hopLength: Int = 512
  ) -> [Float] {
    check(frameLength, hopLength)
    return samples.withUnsafeBufferPointer { samples in
      (0...samples.count / hopLength).map { frame in
        let start = frame * hopLength - frameLength / 2
        let low = max(0, start)
        let high = min(samples.count, start + frameLength)
        guard low < high, let base = samples.baseAddress else { return 0 }
        return (cvk_dot(base + low, base + low, high - low) / Float(frameLength)).squareRoot()
      }
    }
  }

  /// The share of samples of each centred frame whose sign differs from that of the sample before
  /// (within 1e-10 of zero counts as positive), the ends repeated beyond both ends. Equal to
  /// `librosa.feature.zero_crossing_rate`.
  public static func zeroCrossingRate(
    of samples: [Float], frameLength: Int = 2048, hopLength: Int = 512
  ) -> [Float] {
    check(frameLength, hopLength)
    let frames = 0..<(samples.count / hopLength + 1)
    // A frame's first sample has none before it.
    let lows = frames.map { min(max(0, $0 * hopLength - frameLength / 2 + 1), samples.count) }
    let highs = zip(frames, lows).map { frame, low in
      min(max(low, frame * hopLength + frameLength / 2), samples.count)
    }
    // How many crossings lie before each border; a count for each sample would take as much memory
    // as the samples.
    var before: (low: [Int], high: [Int]) = ([], [])
    before.low.reserveCapacity(lows.count)
    before.high.reserveCapacity(highs.count)
    var count = 0
    var negative = samples.first.map { $0 < -1e-10 } ?? false
    for (place, sample) in samples.enumerated() {
      while before.low.count < lows.count, lows[before.low.count] <= place {
        before.low.append(count)
      }
      while before.high.count < highs.count, highs[before.high.count] <= place {
        before.high.append(count)
      }
      let isNegative = sample < -1e-10
      if isNegative != negative { count += 1 }
      negative = isNegative
    }
    while before.low.count < lows.count { before.low.append(count) }
    while before.high.count < highs.count { before.high.append(count) }
    return zip(before.low, before.high).map { Float($1 - $0) / Float(frameLength) }
  }

  private static func check(_ frameLength: Int, _ hopLength: Int) {
    precondition(
      frameLength >= 2 && hopLength >= 1, "frames of \(frameLength) samples every \(hopLength)")
  }
}
