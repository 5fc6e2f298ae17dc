/// The networks that Earshot knows how to build: an image of one tile in, a vector out.
public enum NetworkArchitecture: String, Sendable, CaseIterable {
  /// A sequence encoder along each axis of the image, and a decoder of images.
  case timeFrequencyAutoencoder = "time-frequency-autoencoder"

  /// An encoder of images at the same length of vector and kernel, and the same decoder.
  case convolutionalAutoencoder = "convolutional-autoencoder"

  /// An encoder of images that pools over both axes and ends on the unit sphere; no decoder.
  case contrastiveCNN = "contrastive-cnn"

  /// Rows and columns of a tile.
  public static let tileSide = 128

  /// The length of the vectors.
  public var dimension: Int {
    switch self {
    case .timeFrequencyAutoencoder, .convolutionalAutoencoder: 256
    case .contrastiveCNN: 128
    }
  }

  /// The parts of the vector with a meaning of their own, in its order; none where it has no such.
  public var halves: [VectorHalf] {
    switch self {
    case .timeFrequencyAutoencoder:
      [VectorHalf(axis: .frequency, range: 0..<128), VectorHalf(axis: .time, range: 128..<256)]
    case .convolutionalAutoencoder, .contrastiveCNN: []
    }
  }

  /// Whether an image can be made from a vector.
  public var hasDecoder: Bool { self != .contrastiveCNN }
}

/// A part of a vector, called after the axis of the spectrogram along which its encoder slides.
///
/// The half of the time axis finds the same happening at any moment; that of the frequency axis,
/// the same at any pitch.
public struct VectorHalf: Sendable, Equatable {
  /// An axis of a spectrogram.
  public enum Axis: String, Sendable, CaseIterable {
    /// From column to column.
    case time
    /// From row to row.
    case frequency
  }

  /// The axis along which the encoder slides.
  public let axis: Axis

  /// The places in the vector.
  public let range: Range<Int>

  /// Names a part of a vector.
  public init(axis: Axis, range: Range<Int>) {
    self.axis = axis
    self.range = range
  }
}
