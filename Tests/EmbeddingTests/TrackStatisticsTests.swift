import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Statistics of a track, by part")
struct TrackStatisticsTests {
  /// The features of three seconds of noise with a beat, its pitch changing.
  private static let features: SpectralFeatureSet = {
    var random = SplitMix64(seed: 3)
    var settings = SpectrogramSettings()
    settings.sampleRate = 22_050
    let samples = (0..<66_150).map { place -> Float in
      let time = Double(place) / 22_050
      let beat = exp(-8 * (time * 2).truncatingRemainder(dividingBy: 1))
      let tone = sin(2 * .pi * (200 + 150 * time) * time)
      return Float(beat) * Float.random(in: -0.5...0.5, using: &random) + Float(0.3 * tone)
    }
    let contents = StatisticPart.allCases.reduce(into: SpectralAnalyzer.Contents()) {
      $0.formUnion($1.contents)
    }
    return SpectralAnalyzer(settings: settings, contents: contents).analyze(samples)
  }()

  private static func columns(_ matrix: FeatureMatrix?) -> [[Double]] {
    guard let matrix else { return [] }
    return (0..<matrix.binCount).map { bin in
      (0..<matrix.frameCount).map { Double(matrix[$0, bin]) }
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private static func deviation(_ values: [Double]) -> Double {
    let middle = mean(values)
    return mean(values.map { ($0 - middle) * ($0 - middle) }).squareRoot()
  }

  private static func steps(_ values: [Double], over lag: Int = 1) -> [Double] {
    zip(values.dropFirst(lag), values).map { $0 - $1 }
  }

  /// Each part of one band by its plain definition.
  private static let definitions: [(part: StatisticPart, value: @Sendable ([Double]) -> Double)] = [
    (.melMean, mean), (.melDeviation, deviation),
    (
      .melSkewness,
      { band in
        let middle = mean(band)
        return mean(band.map { pow($0 - middle, 3) }) / pow(deviation(band) + 1, 3)
      }
    ),
    (.stepDeviation, { deviation(steps($0)) }),
    (.step8Deviation, { deviation(steps($0, over: 8)) }),
    (.step80Deviation, { deviation(steps($0, over: 80)) }),
    (
      .stepSkewness,
      { band in
        mean(steps(band).map { pow($0, 3) }) / pow(deviation(steps(band)) + 0.3, 3)
      }
    ),
    (
      .stepKurtosis,
      { band in
        log(mean(steps(band).map { pow($0, 4) }) / pow(deviation(steps(band)) + 0.3, 4) + 0.5)
      }
    ),
    (
      .melTenth,
      { band in
        let kept = stride(from: 0, to: band.count, by: 2).map { band[$0] }.sorted()
        return kept[kept.count / 10]
      }
    ),
    (
      .melNineTenths,
      { band in
        let kept = stride(from: 0, to: band.count, by: 2).map { band[$0] }.sorted()
        return kept[kept.count * 9 / 10]
      }
    ),
  ]

  @Test("what is said of each band is the plain definition", arguments: definitions.indices)
  func bands(number: Int) {
    let (part, definition) = Self.definitions[number]
    var statistics = TrackStatistics(Self.features)
    let values = statistics.values(of: part)
    let wanted = Self.columns(Self.features.melDecibels).map(definition)
    #expect(values.count == wanted.count)
    for (value, wanted) in zip(values, wanted) {
      #expect(abs(Double(value) - wanted) <= 2e-4 * max(1, abs(wanted)), "\(part)")
    }
  }

  @Test("every part has as many values as it says, all finite, also of hardly any sound")
  func counts() {
    let settings = SpectrogramSettings()
    for features in [Self.features, short(frames: 1), short(frames: 2), short(frames: 9)] {
      var statistics = TrackStatistics(features)
      for part in StatisticPart.allCases {
        let values = statistics.values(of: part)
        #expect(values.count == part.count(settings), "\(part)")
        #expect(!values.contains { !$0.isFinite }, "\(part)")
      }
    }
  }

  private func short(frames: Int) -> SpectralFeatureSet {
    let contents = StatisticPart.allCases.reduce(into: SpectralAnalyzer.Contents()) {
      $0.formUnion($1.contents)
    }
    let samples = [Float](repeating: 0.1, count: 512 * (frames - 1) + 100)
    return SpectralAnalyzer(settings: SpectrogramSettings(), contents: contents).analyze(samples)
  }

  @Test("onset and level are their plain definitions")
  func onset() throws {
    var statistics = TrackStatistics(Self.features)
    let bands = Self.columns(Self.features.melDecibels)
    let loudest = Double(try #require(Self.features.loudestMelDecibels))
    for (value, band) in zip(statistics.values(of: .melLevel), bands) {
      #expect(abs(Double(value) - Self.mean(band) - loudest) < 1e-3)
    }
    let steps = bands.map { Self.steps($0) }
    let rises = steps[0].indices.map { frame in Self.mean(steps.map { max(0, $0[frame]) }) }
    let falls = steps[0].indices.map { frame in Self.mean(steps.map { min(0, $0[frame]) }) }
    let levels = bands[0].indices.map { frame in Self.mean(bands.map { $0[frame] }) }
    let middle = Self.mean(rises)
    let deviation = Self.deviation(rises)
    let wanted = [
      middle, Self.mean(falls), log(deviation + 0.01),
      Self.mean(rises.map { pow($0 - middle, 3) }) / pow(deviation + 0.05, 3), loudest,
      Self.mean(levels) + loudest, Self.deviation(levels),
    ]
    for (value, wanted) in zip(statistics.values(of: .onset), wanted) {
      #expect(abs(Double(value) - wanted) < 1e-3 * max(1, abs(wanted)))
    }
  }

  @Test("a louder copy differs in what tells loudness, and in nothing else of the mel bands")
  func louder() {
    let tone = (0..<30_000).map { Float(sin(Double($0) * 0.1)) * 0.1 * Float($0 % 7_000) / 7_000 }
    let analyzer = SpectralAnalyzer(settings: SpectrogramSettings(), contents: .melDecibels)
    var quiet = TrackStatistics(analyzer.analyze(tone))
    var loud = TrackStatistics(analyzer.analyze(tone.map { 2 * $0 }))
    for (low, high) in zip(quiet.values(of: .melLevel), loud.values(of: .melLevel)) {
      #expect(abs(high - low - 6.0206) < 1e-3)
    }
    for part in [StatisticPart.melMean, .stepDeviation, .stepKurtosis, .modulation] {
      for (low, high) in zip(quiet.values(of: part), loud.values(of: part)) {
        #expect(abs(high - low) < 1e-3, "\(part)")
      }
    }
  }

  @Test("the step's covariance tells what moves together from what moves apart")
  func stepCovariance() {
    var statistics = TrackStatistics(Self.features)
    let values = statistics.values(of: .cepstrumStepCovariance)
    // The diagonal of the logarithm lies above that of the floor alone, ln 0.5.
    #expect(values[0] > Float(log(0.5)))
    #expect(values != statistics.values(of: .cepstrumCovariance))
  }
}
