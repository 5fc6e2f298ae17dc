internal import SpectralFeatures

/// Columns of a mel image as the feature cache holds them, with what must be known of the whole image
/// to change them truly: its values are decibels below the loudest of the whole, so what is loudest
/// after a change decides about every pixel.
struct MelCrop: Sendable {
  /// 128 bytes for each column, the highest band first.
  var pixels: [UInt8]
  /// Of the whole image.
  var facts: MelImageFacts

  var columnCount: Int { pixels.count / MelBands.count }

  /// Decibels that a pixel of 0 lies below one of 255.
  static let range: Float = 80
  static let decibelsPerPixel = range / 255

  /// The tile as it is: 128 x 128 values from 0 to 1, row after row, of the first 128 columns.
  func tile() -> [Float] {
    let side = MelBands.count
    precondition(columnCount >= side, "a tile of \(columnCount) columns")
    return [Float](unsafeUninitializedCapacity: side * side) { tile, count in
      for row in 0..<side {
        for column in 0..<side {
          tile[row * side + column] = Float(pixels[column * side + row]) / 255
        }
      }
      count = side * side
    }
  }
}

/// What is kept of a whole mel image.
struct MelImageFacts: Sendable, Equatable {
  /// The largest pixel of each row, the highest band first.
  var peaks: [UInt8]
  /// The power of white noise that would be as loud as the sound, in dB below the image's loudest
  /// pixel, measured in one mel band; at least -80.
  var level: Float

  /// The facts of an image of at least one column, its pixels as the feature cache holds them.
  init(pixels: [UInt8]) {
    let rows = MelBands.count
    precondition(!pixels.isEmpty && pixels.count % rows == 0, "an image of \(pixels.count) pixels")
    var peaks = [UInt8](repeating: 0, count: rows)
    var counts = [Int](repeating: 0, count: rows * 256)
    pixels.withUnsafeBufferPointer { pixels in
      for start in stride(from: 0, to: pixels.count, by: rows) {
        for row in 0..<rows {
          let value = pixels[start + row]
          if value > peaks[row] { peaks[row] = value }
          counts[row * 256 + Int(value)] += 1
        }
      }
    }
    var power = 0.0
    for row in 0..<rows {
      var sum = 0.0
      // A pixel of 0 is anything softer than the image can show: silence.
      for value in 1..<256 { sum += Double(counts[row * 256 + value]) * Self.powers[value] }
      power += sum * MelBands.widths[row]
    }
    let columns = Double(pixels.count / rows)
    // Noise reaches up to half the sample rate, the image does not.
    let mean = power / columns / (MelImage.settings.sampleRate / 2)
    self.peaks = peaks
    level = max(-MelCrop.range, Float(10 * decimalLogarithm(max(mean, 1e-12))))
  }

  private static let powers: [Double] = (0..<256).map {
    power(10, (Double($0) - 255) * Double(MelCrop.decibelsPerPixel) / 10)
  }
}
