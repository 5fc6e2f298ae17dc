public import SpectralFeatures

/// The picture that the decoder of the model `earshot` draws: the mel spectrogram of a whole excerpt,
/// its time in 128 columns.
public enum EarshotPicture {
  /// Rows and columns.
  public static let side = 128

  /// 128 x 128 values, row after row, the highest band first, 0 for 80 dB or more below the loudest
  /// and 1 for the loudest. Each column is the mean of the pairs whose time it shares.
  /// - Parameter pairs: as ``EarshotInput/pairs``, at least one.
  public static func pixels(of pairs: FeatureMatrix) -> [Float] {
    let (count, bands) = (pairs.frameCount, pairs.binCount)
    precondition(count > 0 && bands == side, "a picture of \(count) x \(bands)")
    var pixels = [Float](repeating: 0, count: side * side)
    for column in 0..<side {
      let first = column * count / side
      let end = ((column + 1) * count + side - 1) / side
      for pair in first..<end {
        for band in 0..<bands {
          pixels[(side - 1 - band) * side + column] += pairs.values[pair * bands + band]
        }
      }
      for row in 0..<side {
        pixels[row * side + column] = pixels[row * side + column] / Float(end - first) / 80 + 1
      }
    }
    return pixels
  }
}
