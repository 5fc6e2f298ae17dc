internal import SpectralFeatures

/// A few seconds of a sound, and their vector.
public struct EmbeddedPart: Sendable {
  /// Where it begins, in seconds from the first sample.
  public let start: Double
  /// How long it is, in seconds.
  public let seconds: Double
  /// A unit vector of the model.
  public let vector: [Float]

  /// Makes a part.
  public init(start: Double, seconds: Double, vector: [Float]) {
    (self.start, self.seconds, self.vector) = (start, seconds, vector)
  }
}

extension EmbeddingModel {
  /// How long a part is: the 128 columns of a mel image that the networks call a tile.
  public static let partSeconds = 7.5
  /// How far apart parts begin, more or less.
  static let partStep = 2.5

  /// The vectors of overlapping parts, evenly spread: the first begins with the sound, the last ends with
  /// it. A sound no longer than a part is one.
  /// - Parameter samples: mono at the rate of ``settings``, at least one.
  public func parts(of samples: [Float]) -> [EmbeddedPart] {
    let analyzer = SpectralAnalyzer(settings: settings, contents: contents)
    let rate = settings.sampleRate
    let length = min(samples.count, Int(Self.partSeconds * rate))
    let room = samples.count - length
    let steps = Int((Double(room) / (Self.partStep * rate)).rounded(.up))
    return (0...steps).map { step in
      let start = steps == 0 ? 0 : step * room / steps
      let features = analyzer.analyze(Array(samples[start..<(start + length)]))
      return EmbeddedPart(
        start: Double(start) / rate, seconds: Double(length) / rate, vector: embed(features))
    }
  }
}
