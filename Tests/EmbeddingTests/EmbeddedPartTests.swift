import Embedding
import SpectralFeatures
import TestSupport
import Testing

@Suite("Parts of a sound")
struct EmbeddedPartTests {
  private func noise(seconds: Double, rate: Double) -> [Float] {
    var random = SplitMix64(seed: 3)
    return (0..<Int(seconds * rate)).map { _ in Float.random(in: -0.5...0.5, using: &random) }
  }

  @Test(
    "begin with it, end with it and are evenly spread",
    arguments: [(30.0, 10), (10, 2), (7.6, 2), (60, 22)])
  func spread(seconds: Double, count: Int) throws {
    let model = Models.make()
    let parts = model.parts(of: noise(seconds: seconds, rate: model.settings.sampleRate))
    #expect(parts.count == count)
    #expect(parts.first?.start == 0)
    let last = try #require(parts.last)
    #expect(abs(last.start + last.seconds - seconds) < 0.001)
    for (left, right) in zip(parts, parts.dropFirst()) {
      #expect(right.start > left.start && right.start - left.start <= 2.5 + 0.001)
    }
    #expect(parts.allSatisfy { $0.seconds == 7.5 })
  }

  @Test("of a short sound are the sound")
  func short() throws {
    let model = Models.make()
    for seconds in [0.001, 1, 7.5] {
      let samples = noise(seconds: seconds, rate: model.settings.sampleRate)
      let part = try #require(model.parts(of: samples).first)
      #expect(model.parts(of: samples).count == 1)
      #expect(part.start == 0 && abs(part.seconds - seconds) < 0.001)
    }
  }

  @Test("have the vectors that they have by themselves")
  func vectors() throws {
    let model = try Models.shipped()
    let rate = model.settings.sampleRate
    let samples = noise(seconds: 12, rate: rate)
    let parts = model.parts(of: samples)
    let analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
    for part in parts {
      let start = Int((part.start * rate).rounded())
      let features = analyzer.analyze(Array(samples[start..<(start + Int(7.5 * rate))]))
      #expect(part.vector == model.embed(features))
    }
  }
}
