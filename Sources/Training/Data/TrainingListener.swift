public import AudioDecoding
public import FileAccess
public import SpectralFeatures

/// Hears tracks for the feature cache: up to two minutes around the middle of each.
///
/// More than the thirty seconds that a vector is made of, because a network learns from many parts of a
/// track; not all of it, because a long one would say the same again and again.
public struct TrainingListener: Sendable {
  /// The longest part of a track that is kept, in seconds.
  public static let longestSeconds = 120.0
  /// The rate of the re-encoded copies: low, so that what an encoder takes away can be heard.
  public static let copyKilobits = 32

  /// Whether a re-encoded copy is made of each track.
  public let withCopies: Bool

  /// Makes a listener.
  public init(withCopies: Bool) { self.withCopies = withCopies }

  /// The image of a track, and that of its copy: nil where none is made or none could be.
  /// - Throws: why the track gave no sound.
  public func images(
    of path: FilePath
  ) throws(AudioDecodingError) -> (image: MelImage, copy: MelImage?) {
    let rate = Int(MelImage.settings.sampleRate)
    let samples = try TrainingSound.middle(
      of: path, sampleRate: rate, longestSeconds: Self.longestSeconds)
    guard withCopies else { return (MelImage(samples: samples), nil) }
    let copy = TrainingSound.asMP3(samples, sampleRate: rate, kilobits: Self.copyKilobits)
    return (MelImage(samples: samples), copy.map { MelImage(samples: $0) })
  }
}
