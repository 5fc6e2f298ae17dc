/// A mel spectrogram as a picture: 128 rows, high frequencies on top, 0 for 80 dB or more below the
/// loudest and 1 for the loudest. This is what the networks see.
///
/// A column is 1292 / 512 frames of the spectrogram (58.6 ms at the usual settings), so 30 s are
/// 512 columns.
public struct MelImage: Sendable, Equatable {
  /// The number of rows: 128.
  public static let rowCount = 128

  /// The columns of 30 s.
  public static let standardColumnCount = 512

  /// The fewest columns; a shorter picture is repeated from its start.
  public static let minimumColumnCount = 128

  /// The number of columns.
  public let columnCount: Int

  /// rowCount x columnCount values from 0 to 1, row after row, the highest band first.
  public let pixels: [Float]

  /// The settings of the spectrogram that pictures are made of: the defaults.
  public static var settings: SpectrogramSettings { SpectrogramSettings() }

  /// The picture of a mel spectrogram of 128 bands in dB below its maximum, at least -80.
  public init(melDecibels: FeatureMatrix) {
    precondition(
      melDecibels.binCount == Self.rowCount && melDecibels.frameCount >= 1,
      "a mel image of \(melDecibels.frameCount) x \(melDecibels.binCount)")
    let columns = ImageColumns(frameCount: melDecibels.frameCount)
    let channel = columns.channel(of: melDecibels.scaledDecibels(), flipped: true)
    columnCount = channel.binCount
    pixels = channel.values
  }

  /// The picture of samples at ``settings``' sample rate, 22,050 Hz.
  public init(samples: [Float]) {
    let features = SpectralAnalyzer(settings: Self.settings, contents: .melDecibels)
      .analyze(samples)
    guard let melDecibels = features.melDecibels else {
      preconditionFailure("no mel spectrogram of \(samples.count) samples")
    }
    self.init(melDecibels: melDecibels)
  }

  /// The value of a row, 0 on top, and a column.
  public subscript(row: Int, column: Int) -> Float {
    precondition(
      row >= 0 && row < Self.rowCount && column >= 0 && column < columnCount,
      "row \(row), column \(column) of a mel image of \(Self.rowCount) x \(columnCount)")
    return pixels[row * columnCount + column]
  }

  /// The pixels times 255, cut down to whole numbers.
  public var bytes: [UInt8] { pixels.map { imageByte($0 * 255) } }
}

/// A picture of three channels: mel spectrogram (red), mel cepstrum (green) and constant-Q chroma
/// (blue).
///
/// As the composite images of the Sound-Content-Music-Recommendation-System: each channel 128 rows;
/// the cepstrum has 128 coefficients and is put through `power_to_db` once more, so negative
/// coefficients fall to the floor; mel and cepstrum are flipped, chroma is not.
public struct CompositeImage: Sendable, Equatable {
  /// The number of rows: 128.
  public static let rowCount = MelImage.rowCount

  /// The number of columns, that of the ``MelImage``.
  public let columnCount: Int

  /// Red, green and blue of each pixel in turn, row after row: 3 * rowCount * columnCount bytes.
  public let bytes: [UInt8]

  /// The picture of samples at 22,050 Hz.
  public init(samples: [Float]) {
    var settings = MelImage.settings
    settings.mfccCount = Self.rowCount
    let features = SpectralAnalyzer(settings: settings, contents: [.melDecibels, .mfcc])
      .analyze(samples)
    guard let mel = features.melDecibels, let cepstrum = features.mfcc else {
      preconditionFailure("no mel spectrogram of \(samples.count) samples")
    }
    let chroma = Chroma.fromConstantQ(
      samples: samples, sampleRate: settings.sampleRate, hopLength: settings.hopLength)
    let columns = ImageColumns(frameCount: features.frameCount)
    let cepstrumDecibels = Decibels.fromPower(cepstrum, reference: .maximum)
    let tall = AxisResize(from: Chroma.classCount, to: Self.rowCount).bins(of: chroma)
    let channels = [
      columns.channel(of: mel.scaledDecibels(), flipped: true),
      columns.channel(of: cepstrumDecibels.scaledDecibels(), flipped: true),
      columns.channel(of: tall, flipped: false),
    ]
    columnCount = channels[0].binCount
    var bytes = [UInt8](repeating: 0, count: 3 * channels[0].values.count)
    for (place, channel) in channels.enumerated() {
      for pixel in channel.values.indices {
        bytes[3 * pixel + place] = imageByte(channel.values[pixel] * 255)
      }
    }
    self.bytes = bytes
  }
}

private func imageByte(_ value: Float) -> UInt8 { UInt8(max(0, min(255, value))) }

/// How the frames of a spectrogram become the columns of a picture.
private struct ImageColumns {
  /// The frames of 30 s, which are 512 columns.
  private static let standardFrameCount = 1292

  /// Half a second more or less is still 512 columns: so encoders' padding changes nothing.
  private static let tolerance = 22

  let frameCount: Int
  let count: Int

  init(frameCount: Int) {
    self.frameCount = frameCount
    let standard = MelImage.standardColumnCount
    if abs(frameCount - Self.standardFrameCount) <= Self.tolerance {
      count = standard
    } else {
      let columns = Double(frameCount) * Double(standard) / Double(Self.standardFrameCount)
      count = max(1, Int(columns.rounded()))
    }
  }

  /// Rows x columns of values from 0 to 1, from frames x rows.
  func channel(of values: FeatureMatrix, flipped: Bool) -> FeatureMatrix {
    let scaled = AxisResize(from: frameCount, to: count).frames(of: values)
    let columns = max(count, MelImage.minimumColumnCount)
    let rows = scaled.binCount
    var image = FeatureMatrix(frameCount: rows, binCount: columns)
    scaled.values.withUnsafeBufferPointer { from in
      image.values.withUnsafeMutableBufferPointer { to in
        // A few columns at a time, whose values stay in the processor's nearest cache.
        for first in stride(from: 0, to: count, by: 16) {
          for row in 0..<rows {
            let bin = flipped ? rows - 1 - row : row
            for column in first..<min(count, first + 16) {
              // Rounding may carry a weighted mean past the values it is made of.
              to[row * columns + column] = max(0, min(1, from[column * rows + bin]))
            }
          }
        }
        for row in 0..<rows {
          for column in count..<max(count, columns) {
            to[row * columns + column] = to[row * columns + column % count]
          }
        }
      }
    }
    return image
  }
}

extension FeatureMatrix {
  /// Decibels from -80 to 0 become 0 to 1.
  fileprivate func scaledDecibels() -> FeatureMatrix {
    var scaled = self
    for place in values.indices { scaled.values[place] = (80 + values[place]) / 80 }
    return scaled
  }
}
