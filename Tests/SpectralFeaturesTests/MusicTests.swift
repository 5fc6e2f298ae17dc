import Foundation
import SpectralFeatures
import TestSupport
import Testing

@Suite("Key and loudness")
struct MusicTests {
  private func chord(_ notes: [Int], seconds: Double) -> [Float] {
    let parts = notes.flatMap { note in
      (1...4).map { harmonic in
        tone(
          440 * pow(2, Double(note - 69) / 12) * Double(harmonic), seconds: seconds,
          amplitude: 0.1 / Double(harmonic))
      }
    }
    return parts[0].indices.map { place in parts.reduce(Float(0)) { $0 + $1[place] } }
  }

  @Test(arguments: 0..<12, [KeyEstimate.Mode.major, .minor])
  func cadencesAreInTheirKey(tonic: Int, mode: KeyEstimate.Mode) throws {
    let third = mode == .major ? 4 : 3
    // Tonic, subdominant, dominant (with its major third), tonic.
    let root = 60 + tonic
    let sound =
      chord([root, root + third, root + 7], seconds: 0.5)
      + chord([root + 5, root + 5 + third, root + 12], seconds: 0.5)
      + chord([root + 7, root + 11, root + 14], seconds: 0.5)
      + chord([root, root + third, root + 7, root + 12], seconds: 1)
    let chroma = try #require(
      SpectralAnalyzer(settings: SpectrogramSettings(), contents: .chroma).analyze(sound).chroma)
    let key = try #require(KeyEstimate(chroma: chroma))
    #expect(key.tonic == tonic && key.mode == mode, "\(key)")
    #expect(key.correlation > 0.6 && key.margin > 0)
  }

  @Test func keysHaveNames() throws {
    let profile: [Float] = [1, 0, 0.5, 0, 0.7, 0.6, 0, 0.9, 0, 0.5, 0, 0.4]
    let chroma = FeatureMatrix(frameCount: 1, binCount: 12, values: profile)
    #expect(try #require(KeyEstimate(chroma: chroma)).name == "C major")
  }

  @Test(arguments: [22_050.0, 44_100, 48_000, 96_000])
  func sineHasTheLoudnessOfTheStandard(sampleRate: Double) throws {
    // BS.1770-4: a 997 Hz sine of 0 dBFS in one channel reads -3.01 LUFS.
    let sine = tone(997, seconds: 5, amplitude: 0.1, sampleRate: sampleRate)
    let loudness = try #require(Loudness.integrated(of: sine, sampleRate: sampleRate))
    #expect(abs(loudness + 23.01) < 0.05)
    let half = try #require(
      Loudness.integrated(of: sine.map { $0 / 2 }, sampleRate: sampleRate))
    #expect(abs(loudness - half - 6.0206) < 1e-3)
  }

  @Test func quietPassagesAreGated() throws {
    let loud = tone(997, seconds: 5, amplitude: 0.1)
    let quiet = tone(997, seconds: 20, amplitude: 0.001)
    let gated = try #require(Loudness.integrated(of: loud + quiet, sampleRate: 22_050))
    let alone = try #require(Loudness.integrated(of: loud, sampleRate: 22_050))
    #expect(abs(gated - alone) < 0.3)
    #expect(Loudness.integrated(of: loud.prefix(8000).map { $0 }, sampleRate: 22_050) == nil)
  }
}
