import Glibc
import TestSupport
import Testing

@testable import SpectralFeatures

@Suite("Modulation and repetition")
struct ModulationTests {
  private func matrix(frames: Int, _ value: (Int, Int) -> Float) -> FeatureMatrix {
    FeatureMatrix(
      frameCount: frames, binCount: 32,
      values: (0..<frames).flatMap { frame in (0..<32).map { value(frame, $0) } })
  }

  @Test("powers are those of the plain transform", arguments: [1, 100, 256, 300, 700])
  func definition(frames: Int) {
    var random = SplitMix64(seed: UInt64(frames))
    let mel = matrix(frames: frames) { _, _ in Float.random(in: -40...0, using: &random) }
    let values = ModulationSpectrum.logPowers(of: mel)
    #expect(values.count == 16 * 11)
    let times = (256 + frames - 1) / frames
    for group in [0, 7, 15] {
      var level: [Double] = []
      for _ in 0..<max(1, times) {
        level += (0..<frames).map { Double(mel[$0, 2 * group] + mel[$0, 2 * group + 1]) / 2 }
      }
      let count = max(1, 2 * level.count / 256 - 1)
      var powers = [Double](repeating: 0, count: 100)
      for number in 0..<count {
        let room = Double(level.count - 256)
        let start = count == 1 ? 0 : Int((Double(number) * room / Double(count - 1)).rounded())
        let part = Array(level[start..<(start + 256)])
        let mean = part.reduce(0, +) / 256
        for bin in 1..<100 {
          var (real, imaginary) = (0.0, 0.0)
          for (place, value) in part.enumerated() {
            let angle = 2 * Double.pi * Double(place) / 256
            let shaped = (value - mean) * (0.5 - 0.5 * cos(angle))
            real += shaped * cos(angle * Double(bin))
            imaginary += shaped * sin(angle * Double(bin))
          }
          powers[bin] += (real * real + imaginary * imaginary) / 256 / Double(count)
        }
      }
      for (rate, ends) in zip(ModulationSpectrum.edges, ModulationSpectrum.edges.dropFirst())
        .enumerated()
      {
        let wanted = log(
          powers[ends.0..<ends.1].reduce(0, +) / Double(ends.1 - ends.0) + 0.05)
        #expect(abs(Double(values[group * 11 + rate]) - wanted) < 1e-3)
      }
    }
  }

  @Test("a level that swings at one rate in one region shows there")
  func swing() {
    // Bin 16 of 256 frames, in the range from 15 to 22; bands 8 and 9 are group 4.
    let mel = matrix(frames: 1_292) { frame, band in
      8...9 ~= band ? -20 + 10 * Float(sin(2 * Double.pi * 16 * Double(frame) / 256)) : -20
    }
    let values = ModulationSpectrum.logPowers(of: mel)
    let loudest = values.indices.max { values[$0] < values[$1] }
    #expect(loudest == 4 * 11 + 6)
  }

  @Test("onsets that come every 40 frames agree with themselves 40 frames on, not 20")
  func repetition() throws {
    let onsets = (0..<1_291).map { $0 % 40 == 3 ? Float(5) : 0 }
    let values = OnsetAutocorrelation.values(of: onsets)
    let lags = OnsetAutocorrelation.lags
    let at40 = values[try #require(lags.firstIndex(of: 40))]
    #expect(at40 > 0.9)
    #expect(values[try #require(lags.firstIndex(of: 20))] < 0)
    #expect(OnsetAutocorrelation.values(of: []).allSatisfy { $0 == 0 })
    #expect(OnsetAutocorrelation.values(of: [1, 1, 1, 1, 1, 1]).allSatisfy { $0 == 0 })
  }
}
