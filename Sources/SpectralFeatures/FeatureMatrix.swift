/// Values over time: frames x bins, row-major, so one frame's bins lie together.
///
/// librosa's arrays are bins x frames; ``transposed()`` gives that order.
public struct FeatureMatrix: Sendable, Equatable {
  /// The number of frames (rows).
  public let frameCount: Int

  /// The number of bins of each frame (columns).
  public let binCount: Int

  /// frameCount * binCount values, frame after frame.
  public internal(set) var values: [Float]

  /// Takes frameCount * binCount values, frame after frame.
  public init(frameCount: Int, binCount: Int, values: [Float]) {
    precondition(frameCount >= 0 && binCount >= 0, "a matrix of \(frameCount) x \(binCount)")
    precondition(
      values.count == frameCount * binCount,
      "\(values.count) values for a matrix of \(frameCount) x \(binCount)")
    self.frameCount = frameCount
    self.binCount = binCount
    self.values = values
  }

  /// A matrix of one value everywhere.
  public init(frameCount: Int, binCount: Int, repeating value: Float = 0) {
    self.init(
      frameCount: frameCount, binCount: binCount,
      values: [Float](repeating: value, count: frameCount * binCount))
  }

  /// The value of one bin of one frame.
  public subscript(frame: Int, bin: Int) -> Float {
    get {
      precondition(
        frame >= 0 && frame < frameCount && bin >= 0 && bin < binCount,
        "frame \(frame), bin \(bin) of a matrix of \(frameCount) x \(binCount)")
      return values[frame * binCount + bin]
    }
    set {
      precondition(
        frame >= 0 && frame < frameCount && bin >= 0 && bin < binCount,
        "frame \(frame), bin \(bin) of a matrix of \(frameCount) x \(binCount)")
      values[frame * binCount + bin] = newValue
    }
  }

  /// One frame's bins.
  public func frame(_ frame: Int) -> ArraySlice<Float> {
    precondition(frame >= 0 && frame < frameCount, "frame \(frame) of \(frameCount)")
    return values[frame * binCount..<(frame + 1) * binCount]
  }

  /// The matrix with rows and columns exchanged: librosa's bins x frames.
  public func transposed() -> FeatureMatrix {
    var turned = FeatureMatrix(frameCount: binCount, binCount: frameCount)
    for frame in 0..<frameCount {
      for bin in 0..<binCount {
        turned.values[bin * frameCount + frame] = values[frame * binCount + bin]
      }
    }
    return turned
  }

  /// Each bin's mean over all frames; zeros for a matrix without frames.
  public func meanOverFrames() -> [Float] {
    var sums = [Double](repeating: 0, count: binCount)
    for frame in 0..<frameCount {
      for bin in 0..<binCount { sums[bin] += Double(values[frame * binCount + bin]) }
    }
    return sums.map { Float($0 / Double(max(frameCount, 1))) }
  }
}
