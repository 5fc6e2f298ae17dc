public import AudioDecoding
internal import Embedding
public import FileAccess
public import SpectralFeatures

/// Takes statistics of a track's parts: its middle, its first and its last thirty seconds, as far as
/// they differ. More parts say more about music than one of each track.
public struct StatisticsListener: Sendable {
  private let analyzer: SpectralAnalyzer

  /// - Parameter settings: how the features are computed.
  public init(settings: SpectrogramSettings) {
    analyzer = SpectralAnalyzer(settings: settings, contents: FeatureStatistics.contents)
  }

  /// The statistics of each part of a file, the middle first.
  /// - Throws: why the middle gave no sound; other parts that give none are left out.
  public func statistics(of path: FilePath) throws(AudioDecodingError) -> [[Float]] {
    let middle = try decode(path, .middle)
    var rows = [row(middle)]
    for excerpt in Self.otherParts(seconds: middle.info.seconds) {
      // A part may be silent although the middle is not.
      if let audio = try? decode(path, excerpt) { rows.append(row(audio)) }
    }
    return rows
  }

  private static func otherParts(seconds: Double) -> [Excerpt] {
    guard seconds > 1.25 * Excerpt.previewSeconds else { return [] }
    return [.start, .range(start: seconds - Excerpt.previewSeconds, end: seconds)]
  }

  private func decode(
    _ path: FilePath, _ excerpt: Excerpt
  ) throws(AudioDecodingError) -> DecodedAudio {
    try TrainingSound.decode(path, Int(analyzer.settings.sampleRate), excerpt)
  }

  private func row(_ audio: DecodedAudio) -> [Float] {
    FeatureStatistics.vector(of: analyzer.analyze(audio.samples))
  }
}
