public import AudioDecoding
internal import Embedding
public import FileAccess
internal import NeuralNetwork
internal import SpectralFeatures

/// What a ``WindowListener`` heard of a track.
public struct HeardWindows: Sendable {
  struct Version: Sendable {
    let kind: SoundVersion
    /// dB under the loudest value of all frames, at most 127.5 of them: pairs x 128.
    let pairs: FeatureMatrix
    let loudest: Float
  }

  struct Window: Sendable {
    let version: Int
    let pairs: Range<Int>
    let loudest: Float
    let statistics: [Float]
  }

  var versions: [Version] = []
  var windows: [Window] = []
}

/// Hears tracks for the window cache: up to a minute around the middle of each, as it is and as the
/// world changes it, in windows of the length that vectors are made of and of half of it.
public struct WindowListener: Sendable {
  /// The longest part of a track that is kept, in seconds.
  public static let longestSeconds = 60.0
  /// The windows' length, and half of it.
  static let windowSeconds = 30.0

  private let analyzer: SpectralAnalyzer
  private let melAnalyzer: SpectralAnalyzer

  /// Where the changes of all tracks begin. Always the same: what was heard is data, which trainings with
  /// several seeds share.
  private static let seed: UInt64 = 1

  /// Makes a listener.
  public init() {
    analyzer = SpectralAnalyzer(settings: WindowCache.settings, contents: EarshotInput.contents)
    melAnalyzer = SpectralAnalyzer(settings: WindowCache.settings, contents: .melPower)
  }

  /// Everything of a track.
  /// - Throws: why it gave no sound.
  public func windows(of path: FilePath) throws(AudioDecodingError) -> HeardWindows {
    let samples = try TrainingSound.middle(
      of: path, sampleRate: Int(analyzer.settings.sampleRate),
      longestSeconds: Self.longestSeconds)
    // By the sound itself (FNV-1a of every so many samples): neither its name nor its place counts.
    let sound = stride(from: 0, to: samples.count, by: 101).reduce(
      UInt64(14_695_981_039_346_656_037)
    ) { ($0 ^ UInt64(samples[$1].bitPattern)) &* 1_099_511_628_211 }
    var heard = HeardWindows()
    for kind in SoundVersion.allCases {
      var generator = SeededGenerator(
        seed: Self.seed ^ sound, piece: Int(kind.rawValue))
      let changed = kind.apply(
        to: samples, sampleRate: analyzer.settings.sampleRate, using: &generator)
      add(changed, kind, to: &heard)
    }
    return heard
  }

  private func add(_ samples: [Float], _ kind: SoundVersion, to heard: inout HeardWindows) {
    guard let power = melAnalyzer.analyze(samples).melPower else { return }
    let decibels = FeatureMatrix(
      frameCount: power.frameCount, binCount: power.binCount,
      values: power.values.map { 10 * Float(decimalLogarithm(Double(max($0, 1e-10)))) })
    let loudest = decibels.values.max() ?? -100
    let pairs = EarshotInput.pairs(of: decibels)
    heard.versions.append(
      HeardWindows.Version(
        kind: kind,
        pairs: FeatureMatrix(
          frameCount: pairs.frameCount, binCount: pairs.binCount,
          values: pairs.values.map { $0 - loudest }), loudest: loudest))
    let hop = analyzer.settings.hopLength
    for range in Self.windows(
      sampleCount: samples.count, sampleRate: analyzer.settings.sampleRate,
      withShortEnds: kind == .original)
    {
      let features = analyzer.analyze(Array(samples[range]))
      let first = min(pairs.frameCount - 1, (range.lowerBound + hop) / (2 * hop))
      let last = min(pairs.frameCount, first + max(1, features.frameCount / 2))
      heard.windows.append(
        HeardWindows.Window(
          version: heard.versions.count - 1, pairs: first..<last,
          loudest: features.loudestMelDecibels ?? loudest,
          statistics: EarshotInput(features).statistics))
    }
  }

  /// Where the windows of a sound lie: thirty seconds around the middle, the two halves of them, and,
  /// of one that is a quarter longer or more, its first and last thirty seconds.
  /// - Parameter withShortEnds: whether the first and last fifteen seconds are windows too.
  static func windows(
    sampleCount: Int, sampleRate: Double, withShortEnds: Bool
  ) -> [Range<Int>] {
    let whole = Int(windowSeconds * sampleRate)
    let isLong = Double(sampleCount) > 1.25 * Double(whole)
    let start = max(0, (sampleCount - whole) / 2)
    let middle = start..<min(sampleCount, start + whole)
    var windows = [middle]
    if isLong { windows += [0..<whole, (sampleCount - whole)..<sampleCount] }
    let half = (middle.lowerBound + middle.upperBound) / 2
    windows += [middle.lowerBound..<half, half..<middle.upperBound]
    if isLong, withShortEnds {
      windows += [0..<(whole / 2), (sampleCount - whole / 2)..<sampleCount]
    }
    return windows.filter { !$0.isEmpty }
  }
}
