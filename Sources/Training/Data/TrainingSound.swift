internal import AudioDecoding
internal import FileAccess
internal import MP3Encoding

/// The sound that trainings hear of a track, and what a poor encoder leaves of it.
enum TrainingSound {
  /// The middle of a track.
  /// - Parameters:
  ///   - sampleRate: of the samples, in Hz.
  ///   - longestSeconds: how much to take of a track that is longer than what is heard of a preview.
  /// - Returns: mono samples, full scale 1.
  /// - Throws: why the track gave no sound.
  static func middle(
    of path: FilePath, sampleRate: Int, longestSeconds: Double
  ) throws(AudioDecodingError) -> [Float] {
    let middle = try decode(path, sampleRate, .middle)
    let seconds = middle.info.seconds
    guard seconds > Excerpt.longestPreviewSeconds else { return middle.samples }
    let start = max(0, (seconds - longestSeconds) / 2)
    let whole = Excerpt.range(start: start, end: min(seconds, start + longestSeconds))
    return try decode(path, sampleRate, whole).samples
  }

  /// A part of a track, as mono samples.
  /// - Throws: why it gave no sound.
  static func decode(
    _ path: FilePath, _ sampleRate: Int, _ excerpt: Excerpt
  ) throws(AudioDecodingError) -> DecodedAudio {
    try AudioDecoder(options: DecodingOptions(sampleRate: sampleRate, excerpt: excerpt))
      .decode(path)
  }

  /// Samples after they were an MP3.
  /// - Parameter sampleRate: in Hz, one of ``MP3Encoder/sampleRates``.
  /// - Returns: as many as there were, each where it was; nil where the encoder takes none.
  static func asMP3(_ samples: [Float], sampleRate: Int, kilobits: Int) -> [Float]? {
    guard
      let bytes = try? MP3Encoder.encode(
        samples, sampleRate: sampleRate, kilobitsPerSecond: kilobits),
      let file = try? UnnamedFile.holding(bytes),
      let audio = try? AudioDecoder(
        options: DecodingOptions(sampleRate: sampleRate, excerpt: .full)
      ).decode(file)
    else { return nil }
    if audio.samples.count == samples.count { return audio.samples }
    let trimmed = audio.samples.dropFirst(MP3Encoder.delay).prefix(samples.count)
    return trimmed.count == samples.count ? Array(trimmed) : nil
  }
}
