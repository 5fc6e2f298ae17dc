import FileAccess
import ParallelWork
import SpectralFeatures
import Synchronization
import TestSupport
import Testing

@testable import Embedding

#if canImport(Glibc)
  import Glibc
#endif

@Suite("The feature-statistics model")
struct FeatureStatisticsModelTests {
  /// Something like music: a chord that moves, a beat, and noise.
  private static func samples(seconds: Double, seed: UInt64, gain: Float = 1) -> [Float] {
    var random = SplitMix64(seed: seed)
    let rate = 22_050.0
    let base = Double.random(in: 110...440, using: &random)
    return (0..<Int(seconds * rate)).map { place in
      let time = Double(place) / rate
      let root = base * pow(2, Double(Int(time * 2) % 4 * 5) / 12)
      let chord = [1.0, 1.26, 1.5].reduce(0) { $0 + sin(2 * .pi * root * $1 * time) }
      let beat = exp(-20 * (time * 2 - (time * 2).rounded(.down)))
      let noise = Double.random(in: -1...1, using: &random)
      return gain * Float(0.15 * chord + 0.3 * beat * noise + 0.01 * noise)
    }
  }

  private static func cosine(_ left: [Float], _ right: [Float]) -> Double {
    zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private static func length(_ vector: [Float]) -> Double { cosine(vector, vector).squareRoot() }

  @Test("it standardises, projects and normalises, as worked out by hand")
  func byHand() throws {
    let model = try FeatureStatisticsModel(
      ModelFile(Models.format1), path: Models.format1)
    // The mean is i / 8; scale 2 for odd i; row r of the projection takes i with i mod 3 = r.
    var statistics = (0..<67).map { Float($0) / 8 }
    statistics[0] += 3
    statistics[1] -= 2
    statistics[66] += 0
    var measured = model.project(statistics)
    #expect(Self.distance(measured.vector, [0.6, -0.8, 0]) < 1e-6)
    #expect(measured.lengths == [5])
    statistics[5] += 6
    measured = model.project(statistics)
    #expect(Self.distance(measured.vector, [3.0 / 13, -4.0 / 13, 12.0 / 13]) < 1e-6)
    #expect(measured.lengths == [13])
  }

  @Test("exactly the mean of all music still has a unit vector, always the same")
  func mean() throws {
    let model = try FeatureStatisticsModel(ModelFile(Models.format1), path: Models.format1)
    let measured = model.project((0..<67).map { Float($0) / 8 })
    #expect(measured == MeasuredVector(vector: [1, 0, 0], lengths: [0]))
  }

  @Test("vectors have length 1 and are finite, whatever the sound")
  func unitLength() throws {
    let model = try Models.shipped()
    let analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
    let sounds: [(String, [Float])] = [
      ("music", Self.samples(seconds: 2, seed: 1)),
      ("very soft", Self.samples(seconds: 2, seed: 1, gain: 1e-4)),
      ("very loud", Self.samples(seconds: 2, seed: 1, gain: 1e5)),
      ("silence", [Float](repeating: 0, count: 22_050)),
      ("one sample", [1]),
      ("nothing", []),
      ("a step", [Float](repeating: 1, count: 22_050)),
    ]
    for (name, samples) in sounds {
      let vector = model.embed(analyzer.analyze(samples))
      #expect(vector.count == model.dimension)
      #expect(vector.allSatisfy { $0.isFinite }, "\(name)")
      #expect(abs(Self.length(vector) - 1) < 1e-5, "\(name)")
    }
  }

  @Test("12 dB less change the vector little, another piece changes it much")
  func gain() throws {
    let model = try Models.shipped()
    let analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
    let loud = model.embed(analyzer.analyze(Self.samples(seconds: 4, seed: 2)))
    let soft = model.embed(analyzer.analyze(Self.samples(seconds: 4, seed: 2, gain: 0.25)))
    let other = model.embed(analyzer.analyze(Self.samples(seconds: 4, seed: 3)))
    // 0.9994 and 0.40 when this was written.
    #expect(Self.cosine(loud, soft) > 0.995)
    #expect(Self.cosine(loud, other) < 0.6)
  }

  @Test("run after run, on four threads at once and loaded anew, it gives the same bits")
  func deterministic() throws {
    let model = try Models.shipped()
    let analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
    let samples = Self.samples(seconds: 1, seed: 4)
    let first = model.embed(analyzer.analyze(samples)).map(\.bitPattern)
    for _ in 0..<3 { #expect(model.embed(analyzer.analyze(samples)).map(\.bitPattern) == first) }
    var runs = 0
    ParallelWork.run(
      0..<6, width: 4, ordered: false,
      work: { _ in model.embed(analyzer.analyze(samples)).map(\.bitPattern) },
      receive: { _, vector in
        #expect(vector == first)
        runs += 1
        return true
      })
    #expect(runs == 6)
    // A model read anew and an analyzer made anew, too.
    let again = try Models.shipped()
    let fresh = SpectralAnalyzer(settings: again.settings, contents: again.contents)
    for _ in 0..<2 { #expect(again.embed(fresh.analyze(samples)).map(\.bitPattern) == first) }
  }

  private static func distance(_ left: [Float], _ right: [Double]) -> Double {
    precondition(left.count == right.count, "\(left.count) against \(right.count)")
    return zip(left, right).map { abs(Double($0) - $1) }.max() ?? 0
  }
}
