internal import CVectorKernels

/// Single numbers for each frame's spectrum, equal to librosa's `spectral_centroid`,
/// `spectral_bandwidth`, `spectral_rolloff` and `spectral_flatness`.
///
/// Each takes a magnitude spectrogram (frames x frameLength / 2 + 1) and gives one value a frame.
public enum SpectralShape {
  /// The mean frequency, weighted by magnitude, Hz. Zero for a frame of zeros.
  public static func centroid(magnitude: FeatureMatrix, sampleRate: Double) -> [Float] {
    moments(magnitude, sampleRate).centroid
  }

  /// The root of the mean squared distance from the centroid, weighted by magnitude, Hz. Zero for a
  /// frame of zeros.
  public static func bandwidth(magnitude: FeatureMatrix, sampleRate: Double) -> [Float] {
    moments(magnitude, sampleRate).bandwidth
  }

  /// The lowest frequency, Hz, up to which a frame holds `share` of its sum of magnitudes.
  public static func rolloff(
    magnitude: FeatureMatrix, sampleRate: Double, share: Float = 0.85
  ) -> [Float] {
    precondition(share > 0 && share < 1, "a rolloff at \(share) of the spectrum")
    var collector = RolloffCollector(
      binWidth: binWidth(magnitude, sampleRate), share: share, frameCount: magnitude.frameCount)
    magnitude.collect(.magnitude, with: &collector)
    return collector.result
  }

  /// The geometric mean of the power divided by its arithmetic mean, from 0 (a tone) to 1 (noise);
  /// power counts as at least `minimum`.
  public static func flatness(magnitude: FeatureMatrix, minimum: Float = 1e-10) -> [Float] {
    precondition(minimum >= .leastNormalMagnitude, "a least power of \(minimum)")
    var power = magnitude
    for place in power.values.indices { power.values[place] *= power.values[place] }
    var collector = FlatnessCollector(minimum: minimum, frameCount: magnitude.frameCount)
    power.collect(.power, with: &collector)
    return collector.result
  }

  private static func binWidth(_ magnitude: FeatureMatrix, _ sampleRate: Double) -> Double {
    precondition(magnitude.binCount >= 3, "a spectrogram of \(magnitude.binCount) bins")
    precondition(sampleRate > 0, "a sample rate of \(sampleRate) Hz")
    return sampleRate / Double(2 * (magnitude.binCount - 1))
  }

  private static func moments(_ magnitude: FeatureMatrix, _ sampleRate: Double) -> MomentCollector {
    var collector = MomentCollector(
      binWidth: binWidth(magnitude, sampleRate), binCount: magnitude.binCount,
      frameCount: magnitude.frameCount)
    magnitude.collect(.magnitude, with: &collector)
    return collector
  }
}

/// Gathers centroid and bandwidth.
struct MomentCollector: BlockCollector {
  private let frequencies: [Float]
  private let scratch = FloatBuffer(count: 3 * SpectrumBlock.lanes)
  private(set) var centroid: [Float]
  private(set) var bandwidth: [Float]

  init(binWidth: Double, binCount: Int, frameCount: Int) {
    frequencies = (0..<binCount).map { Float(Double($0) * binWidth) }
    centroid = [Float](repeating: 0, count: frameCount)
    bandwidth = centroid
  }

  mutating func collect(_ block: SpectrumBlock) {
    let (sum, mean, deviation) = (
      scratch.start, scratch.start + SpectrumBlock.lanes, scratch.start + 2 * SpectrumBlock.lanes
    )
    cvk_lane_moments(sum, mean, deviation, block.magnitudes, frequencies, block.binCount)
    for lane in 0..<block.frameCount {
      centroid[block.firstFrame + lane] = mean[lane]
      bandwidth[block.firstFrame + lane] = deviation[lane]
    }
  }
}

/// Gathers rolloff frequencies.
struct RolloffCollector: BlockCollector {
  private let binWidth: Double
  private let share: Float
  private let scratch = FloatBuffer(count: SpectrumBlock.lanes)
  private(set) var result: [Float]

  init(binWidth: Double, share: Float, frameCount: Int) {
    self.binWidth = binWidth
    self.share = share
    result = [Float](repeating: 0, count: frameCount)
  }

  mutating func collect(_ block: SpectrumBlock) {
    cvk_lane_rolloff(scratch.start, block.magnitudes, share, block.binCount)
    for lane in 0..<block.frameCount {
      result[block.firstFrame + lane] = Float(Double(scratch.start[lane]) * binWidth)
    }
  }
}

/// Gathers flatness.
struct FlatnessCollector: BlockCollector {
  private let minimum: Float
  private let scratch = FloatBuffer(count: 2 * SpectrumBlock.lanes)
  private(set) var result: [Float]

  init(minimum: Float = 1e-10, frameCount: Int) {
    self.minimum = minimum
    result = [Float](repeating: 0, count: frameCount)
  }

  mutating func collect(_ block: SpectrumBlock) {
    precondition(block.kind == .power, "flatness of magnitudes")
    let (logs, means) = (scratch.start, scratch.start + SpectrumBlock.lanes)
    cvk_lane_log_means(logs, means, block.values, minimum, block.binCount)
    for lane in 0..<block.frameCount {
      result[block.firstFrame + lane] = Float(
        exponential(Double(logs[lane])) / Double(means[lane]))
    }
  }
}
