public import AudioDecoding
public import FileAccess
internal import MP3Encoding
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
    let samples = try samples(of: path)
    return (MelImage(samples: samples), withCopies ? copy(of: samples) : nil)
  }

  private func samples(of path: FilePath) throws(AudioDecodingError) -> [Float] {
    let middle = try decode(path, .middle)
    let seconds = middle.info.seconds
    guard seconds > Excerpt.longestPreviewSeconds else { return middle.samples }
    let half = Self.longestSeconds / 2
    let start = max(0, seconds / 2 - half)
    return try decode(path, .range(start: start, end: min(seconds, start + 2 * half))).samples
  }

  private func decode(
    _ path: FilePath, _ excerpt: Excerpt
  ) throws(AudioDecodingError) -> DecodedAudio {
    let rate = Int(MelImage.settings.sampleRate)
    return try AudioDecoder(options: DecodingOptions(sampleRate: rate, excerpt: excerpt))
      .decode(path)
  }

  private func copy(of samples: [Float]) -> MelImage? {
    let rate = Int(MelImage.settings.sampleRate)
    guard
      let bytes = try? MP3Encoder.encode(
        samples, sampleRate: rate, kilobitsPerSecond: Self.copyKilobits),
      let file = try? UnnamedFile.holding(bytes),
      let audio = try? AudioDecoder(options: DecodingOptions(sampleRate: rate, excerpt: .full))
        .decode(file)
    else { return nil }
    return MelImage(samples: audio.samples)
  }
}
