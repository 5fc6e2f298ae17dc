import Foundation
import SpectralFeatures
import TestSupport
import Testing

@Suite("Tempo, key and loudness")
struct MusicTests {
  /// A decaying hit of noise or of a low tone, added at a time.
  private func hit(
    _ sound: inout [Float], at time: Double, low: Bool, strength: Float, seed: UInt64
  ) {
    let start = Int(time * 22_050)
    let grain = noise(3000, seed: seed)
    for place in 0..<3000 where start + place < sound.count {
      let t = Double(place) / 22_050
      let value =
        low
        ? Float(sin(2 * Double.pi * 60 * t) * exp(-25 * t)) : grain[place] * Float(exp(-60 * t))
      sound[start + place] += strength * value
    }
  }

  private func tempo(of sound: [Float]) throws -> Double {
    let onsets = OnsetStrength.envelope(of: sound)
    return try #require(Tempo(onsetStrength: onsets)).beatsPerMinute
  }

  @Test(arguments: Array(stride(from: 60.0, through: 180, by: 8)))
  func clicksHaveTheirTempo(beatsPerMinute: Double) throws {
    var sound = noise(330_750, seed: 11).map { $0 * 0.001 }
    for beat in 0..<Int(15 * beatsPerMinute / 60) {
      hit(
        &sound, at: Double(beat) * 60 / beatsPerMinute + 0.1, low: false, strength: 0.5,
        seed: UInt64(beat))
    }
    let found = try tempo(of: sound)
    #expect(abs(found / beatsPerMinute - 1) < 0.04)
  }

  /// A kick and a snare in turn on the beats, and between them soft cymbals.
  private func drums(beatsPerMinute: Double) -> [Float] {
    var sound = noise(441_000, seed: 12).map { $0 * 0.001 }
    for half in 0..<Int(20 * beatsPerMinute / 30) {
      let time = Double(half) * 30 / beatsPerMinute + 0.05
      hit(&sound, at: time, low: false, strength: 0.05, seed: UInt64(half))
      if half % 4 == 0 { hit(&sound, at: time, low: true, strength: 0.8, seed: 1) }
      if half % 4 == 2 { hit(&sound, at: time, low: false, strength: 0.5, seed: UInt64(half)) }
    }
    return sound
  }

  @Test(arguments: Array(stride(from: 88.0, through: 152, by: 8)))
  func drumsHaveTheirTempo(beatsPerMinute: Double) throws {
    let found = try tempo(of: drums(beatsPerMinute: beatsPerMinute))
    #expect(abs(found / beatsPerMinute - 1) < 0.04)
  }

  @Test(arguments: [64.0, 72, 80, 160, 168, 176])
  func slowAndFastDrumsHaveTheirTempoOrItsOctave(beatsPerMinute: Double) throws {
    let found = try tempo(of: drums(beatsPerMinute: beatsPerMinute))
    let distances = [0.5, 1, 2].map { abs(found / beatsPerMinute / $0 - 1) }
    #expect(distances.contains { $0 < 0.01 }, "\(found)")
  }

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
