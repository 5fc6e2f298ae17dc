internal import CVectorKernels

/// Mel-frequency cepstral coefficients: the orthonormal cosine transform of a mel spectrogram in
/// decibels. Equal to `librosa.feature.mfcc`.
public struct MelFrequencyCepstrum: Sendable {
  /// The number of coefficients (`n_mfcc`).
  public let coefficientCount: Int

  /// The number of mel bands.
  public let bandCount: Int

  // bands x coefficients, with zero columns up to a multiple of a block's lanes.
  private let matrix: [Float]
  private let paddedCount: Int

  /// `lifter` above 0 scales coefficient n by 1 + lifter / 2 * sin(pi (n + 1) / lifter).
  public init(coefficientCount: Int = 20, bandCount: Int = 128, lifter: Double = 0) {
    precondition(
      coefficientCount >= 1 && coefficientCount <= bandCount,
      "\(coefficientCount) cepstral coefficients of \(bandCount) mel bands")
    precondition(lifter >= 0 && lifter.isFinite, "a lifter of \(lifter)")
    self.coefficientCount = coefficientCount
    self.bandCount = bandCount
    let lanes = SpectrumBlock.lanes
    let paddedCount = (coefficientCount + lanes - 1) / lanes * lanes
    self.paddedCount = paddedCount
    var matrix = [Float](repeating: 0, count: bandCount * paddedCount)
    for n in 0..<coefficientCount {
      let norm = ((n == 0 ? 1 : 2) / Double(bandCount)).squareRoot()
      let lift = lifter > 0 ? 1 + lifter / 2 * sine(Double.pi * Double(n + 1) / lifter) : 1
      for band in 0..<bandCount {
        let angle = Double.pi * Double(n) * (Double(band) + 0.5) / Double(bandCount)
        matrix[band * paddedCount + n] = Float(norm * lift * cosine(angle))
      }
    }
    self.matrix = matrix
  }

  /// Coefficients (frames x coefficients) of a mel spectrogram in decibels (frames x bands).
  /// librosa uses decibels against 1 with a range of 80:
  /// ``Decibels/fromPower(_:reference:minimum:topDecibels:)`` with its defaults.
  public func coefficients(melDecibels: FeatureMatrix) -> FeatureMatrix {
    precondition(
      melDecibels.binCount == bandCount,
      "a mel spectrogram of \(melDecibels.binCount) bands for \(bandCount)")
    // A constant adds to the first coefficient only. Taken out beforehand, the frames of silence
    // give exact zeros, and no coefficient drowns in the rounding of large numbers.
    let batch = 64
    let shifted = FloatBuffer(count: batch * bandCount)
    let products = FloatBuffer(count: batch * paddedCount)
    var result = FeatureMatrix(frameCount: melDecibels.frameCount, binCount: coefficientCount)
    melDecibels.values.withUnsafeBufferPointer { bands in
      result.values.withUnsafeMutableBufferPointer { result in
        guard let result = result.baseAddress else { return }
        for first in stride(from: 0, to: melDecibels.frameCount, by: batch) {
          let count = min(batch, melDecibels.frameCount - first)
          for frame in 0..<count {
            let start = (first + frame) * bandCount
            let level = bands[start + bandCount / 2]
            for band in 0..<bandCount {
              shifted.start[frame * bandCount + band] = bands[start + band] - level
            }
          }
          cvk_matrix_product(
            products.start, shifted.start, bandCount, matrix, count, bandCount, paddedCount)
          for frame in 0..<count {
            let to = result + (first + frame) * coefficientCount
            to.update(from: products.start + frame * paddedCount, count: coefficientCount)
            let level = bands[(first + frame) * bandCount + bandCount / 2]
            to[0] += level * Float(bandCount) * matrix[0]
          }
        }
      }
    }
    return result
  }
}

extension FeatureMatrix {
  /// The product with a matrix of binCount x columns, a multiple of a block's lanes.
  func product(with matrix: [Float], columns: Int) -> FeatureMatrix {
    precondition(
      matrix.count == binCount * columns && columns.isMultiple(of: SpectrumBlock.lanes),
      "\(matrix.count) weights for \(binCount) x \(columns)")
    var result = FeatureMatrix(frameCount: frameCount, binCount: columns)
    result.values.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { values in
        guard let to = result.baseAddress, let from = values.baseAddress else { return }
        cvk_matrix_product(to, from, binCount, matrix, frameCount, binCount, columns)
      }
    }
    return result
  }

  /// The first bins of each frame.
  func firstBins(_ count: Int) -> FeatureMatrix {
    guard count < binCount else { return self }
    let values = [Float](unsafeUninitializedCapacity: frameCount * count) { room, filled in
      for frame in 0..<frameCount {
        for bin in 0..<count { room[frame * count + bin] = self.values[frame * binCount + bin] }
      }
      filled = frameCount * count
    }
    return FeatureMatrix(frameCount: frameCount, binCount: count, values: values)
  }
}

/// Local slopes of features over time.
public enum Delta {
  /// The derivative of each bin by a Savitzky–Golay filter: a polynomial of degree `order` fitted
  /// to `width` frames. The first and last width / 2 frames take the fit of the outermost whole
  /// window. Equal to `librosa.feature.delta` with `mode="interp"`.
  ///
  /// `width` is odd, from 3 to the number of frames; `order` is 1 or 2.
  public static func delta(
    of features: FeatureMatrix, width: Int = 9, order: Int = 1
  ) -> FeatureMatrix {
    precondition(width >= 3 && !width.isMultiple(of: 2), "a delta of width \(width)")
    precondition(order == 1 || order == 2, "a delta of order \(order)")
    precondition(width > order, "a delta of order \(order) over \(width) frames")
    precondition(
      features.frameCount >= width, "a delta of width \(width) over \(features.frameCount) frames")
    let half = width / 2
    let weights = savitzkyGolay(half: half, order: order)
    var result = FeatureMatrix(frameCount: features.frameCount, binCount: features.binCount)
    let bins = features.binCount
    for frame in 0..<features.frameCount {
      let center = min(max(frame, half), features.frameCount - 1 - half)
      for (offset, weight) in weights.enumerated() {
        let from = (center - half + offset) * bins
        for bin in 0..<bins {
          result.values[frame * bins + bin] += weight * features.values[from + bin]
        }
      }
    }
    return result
  }

  // The fitted line's slope, or twice the fitted parabola's leading coefficient: both the same
  // wherever in the window they are asked for.
  private static func savitzkyGolay(half: Int, order: Int) -> [Float] {
    let places = (-half...half).map(Double.init)
    let squares = places.map { $0 * $0 }
    let meanSquare = squares.reduce(0, +) / Double(places.count)
    if order == 1 {
      let whole = squares.reduce(0, +)
      return places.map { Float($0 / whole) }
    }
    let centered = squares.map { $0 - meanSquare }
    let whole = centered.reduce(0) { $0 + $1 * $1 }
    return centered.map { Float(2 * $0 / whole) }
  }
}
