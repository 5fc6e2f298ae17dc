import AudioDecoding
import FileAccess
import Foundation
import SpectralFeatures
import TestSupport
import Testing

@Suite("Tempo")
struct TempoTests {
  /// A clip of TestAudio and its tempo as clips.csv has it, beats a minute.
  struct Clip: Sendable, CustomTestStringConvertible {
    let file: String
    let tempo: Double
    var testDescription: String { "\(file) at \(tempo)" }

    /// All clips with a tempo.
    static func all() throws -> [Clip] {
      let table = try ReadableFile(Repository.testAudio.appending("clips.csv"))
        .contents(limit: 1 << 20)
      let rows = String(decoding: table, as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let names = try #require(rows.first)
      let file = try #require(names.firstIndex(of: "file"))
      let tempo = try #require(names.firstIndex(of: "tempo"))
      return rows.dropFirst().compactMap { row in
        Double(row[tempo]).map { Clip(file: String(row[file]), tempo: $0) }
      }
    }
  }

  private func tempo(of sound: [Float]) throws -> Tempo {
    let features = SpectralAnalyzer(settings: SpectrogramSettings(), contents: .onsetStrength)
      .analyze(sound)
    let onsets = try #require(features.onsetStrength)
    return try #require(Tempo(onsetStrength: onsets, drums: features.drumBandOnsets))
  }

  @Test func thereAreClipsOfTwentyOneTempi() throws {
    #expect(try Clip.all().count == 21)
  }

  @Test(arguments: try Clip.all())
  func clipsHaveTheirTempo(clip: Clip) throws {
    let audio = try AudioDecoder().decode(Repository.testAudio.appending(clip.file))
    let found = try tempo(of: audio.samples).beatsPerMinute
    #expect(abs(found / clip.tempo - 1) < 0.04, "\(found)")
  }

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

  @Test(arguments: Array(stride(from: 60.0, through: 180, by: 8)))
  func clicksHaveTheirTempo(beatsPerMinute: Double) throws {
    var sound = noise(330_750, seed: 11).map { $0 * 0.001 }
    for beat in 0..<Int(15 * beatsPerMinute / 60) {
      hit(
        &sound, at: Double(beat) * 60 / beatsPerMinute + 0.1, low: false, strength: 0.5,
        seed: UInt64(beat))
    }
    let found = try tempo(of: sound).beatsPerMinute
    #expect(abs(found / beatsPerMinute - 1) < 0.04)
  }

  /// 20 s of drums: what plays on each half beat of a bar of four. Letters for bass drum, snare,
  /// cymbal and both drums: "k", "s", "c", "b".
  private func drums(_ pattern: String, beatsPerMinute: Double) -> [Float] {
    var sound = noise(441_000, seed: 12).map { $0 * 0.001 }
    let bar = Array(pattern)
    for half in 0..<Int(20 * beatsPerMinute / 30) {
      let time = Double(half) * 30 / beatsPerMinute + 0.05
      let played = bar[half % bar.count]
      hit(&sound, at: time, low: false, strength: 0.05, seed: UInt64(half))
      if "kb".contains(played) { hit(&sound, at: time, low: true, strength: 0.8, seed: 1) }
      if "sb".contains(played) {
        hit(&sound, at: time, low: false, strength: 0.5, seed: UInt64(half))
      }
    }
    return sound
  }

  @Test(arguments: Array(stride(from: 64.0, through: 184, by: 8)))
  func bassDrumAndSnareInTurnAreBeats(beatsPerMinute: Double) throws {
    let found = try tempo(of: drums("kcsckcsc", beatsPerMinute: beatsPerMinute)).beatsPerMinute
    #expect(abs(found / beatsPerMinute - 1) < 0.01, "\(found)")
  }

  @Test(arguments: [160.0, 165, 170, 174, 178])
  func breakbeatsAreNotHalved(beatsPerMinute: Double) throws {
    let found = try tempo(of: drums("kcsccksc", beatsPerMinute: beatsPerMinute)).beatsPerMinute
    #expect(abs(found / beatsPerMinute - 1) < 0.01, "\(found)")
  }

  @Test(arguments: [70.0, 78, 86, 94])
  func slowBackbeatsAreNotDoubled(beatsPerMinute: Double) throws {
    let found = try tempo(of: drums("kcsckksc", beatsPerMinute: beatsPerMinute)).beatsPerMinute
    #expect(abs(found / beatsPerMinute - 1) < 0.01, "\(found)")
  }

  @Test(arguments: [116.0, 122, 128, 134])
  func aBassDrumOnEveryBeatIsTheBeat(beatsPerMinute: Double) throws {
    let found = try tempo(of: drums("kcbckcbc", beatsPerMinute: beatsPerMinute)).beatsPerMinute
    #expect(abs(found / beatsPerMinute - 1) < 0.01, "\(found)")
  }

  @Test func aSnareOnHalfBeatsDoesNotDoubleAFastBassDrum() throws {
    let found = try tempo(of: drums("ksksksks", beatsPerMinute: 124)).beatsPerMinute
    #expect(abs(found / 124 - 1) < 0.01, "\(found)")
  }

  @Test func withoutAlternationDrumsChangeNothing() throws {
    let sound = drums("bcbcbcbc", beatsPerMinute: 100)
    let onsets = OnsetStrength.envelope(of: sound)
    #expect(try tempo(of: sound) == Tempo(onsetStrength: onsets))
    let none = DrumBandOnsets(
      low: [Float](repeating: 0, count: onsets.count),
      middle: [Float](repeating: 0, count: onsets.count))
    #expect(Tempo(onsetStrength: onsets, drums: none) == Tempo(onsetStrength: onsets))
  }

  @Test func drumBandsHearTheirDrumsOnly() throws {
    let settings = SpectrogramSettings()
    let low = try #require(
      OnsetStrength.drumBands(of: tone(80, seconds: 0.5) + tone(80, seconds: 0.5, amplitude: 0.1)))
    #expect(low.low.count == settings.frameCount(sampleCount: 22_050))
    #expect((low.low.max() ?? 0) > 4 * (low.middle.max() ?? 0))
    #expect(OnsetStrength.drumBands(of: noise(4_000, seed: 1), sampleRate: 1_000) == nil)
  }
}
