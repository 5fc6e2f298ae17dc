/// Which part of a sound is decoded.
public enum Excerpt: Equatable, Sendable {
  /// The first 30 seconds.
  case start
  /// The 30 seconds around the middle.
  case middle
  /// All of it, up to ``DecodingLimits/maximumSeconds``.
  case full
  /// From `start` to `end`, in seconds from the beginning of the sound; `0 <= start < end`.
  case range(start: Double, end: Double)

  /// The length of ``start`` and ``middle`` in seconds.
  public static let previewSeconds = 30.0
  /// A sound up to this long, in seconds, is a preview and used whole by ``start`` and ``middle``:
  /// encoders add a few hundredths of a second to the 30 they are given.
  public static let longestPreviewSeconds = 30.5
}

/// How a sound is decoded.
public struct DecodingOptions: Sendable {
  /// The rate of the samples given, in Hz.
  public var sampleRate: Int
  /// The part that is decoded.
  public var excerpt: Excerpt
  /// What is refused, and where decoding stops.
  public var limits: DecodingLimits

  /// Makes options.
  /// - Parameter sampleRate: in Hz, within ``DecodingLimits/sampleRates``.
  public init(
    sampleRate: Int = 22_050, excerpt: Excerpt = .middle, limits: DecodingLimits = DecodingLimits()
  ) {
    self.sampleRate = sampleRate
    self.excerpt = excerpt
    self.limits = limits
  }
}

/// Bounds on what an unknown file may ask for.
public struct DecodingLimits: Equatable, Sendable {
  /// The sample rates accepted, in Hz.
  public var sampleRates: ClosedRange<Int> = 4_000...768_000
  /// The channel counts accepted.
  public var channels: ClosedRange<Int> = 1...32
  /// The most seconds that are decoded, so that a small file cannot ask for hours of work: 25 minutes,
  /// which at 22,050 Hz is 132 MB of samples, and under 300 MB with all that is made of them.
  public var maximumSeconds: Double = 1_500

  /// Makes the default limits.
  public init() {}
}
