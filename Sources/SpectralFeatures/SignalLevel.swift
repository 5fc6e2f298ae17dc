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
    // crossings[i]: how many lie before sample i.
    var crossings = [Int32](repeating: 0, count: samples.count + 1)
    var negative = samples.first.map { $0 < -1e-10 } ?? false
    for (place, sample) in samples.enumerated() {
      let isNegative = sample < -1e-10
      crossings[place + 1] = crossings[place] + (isNegative == negative ? 0 : 1)
      negative = isNegative
    }
    return (0...samples.count / hopLength).map { frame in
      // A frame's first sample has none before it.
      let start = frame * hopLength - frameLength / 2 + 1
      let low = min(max(0, start), samples.count)
      let high = min(max(low, start + frameLength - 1), samples.count)
      return Float(crossings[high] - crossings[low]) / Float(frameLength)
    }
  }

  private static func check(_ frameLength: Int, _ hopLength: Int) {
    precondition(
      frameLength >= 2 && hopLength >= 1, "frames of \(frameLength) samples every \(hopLength)")
  }
}
