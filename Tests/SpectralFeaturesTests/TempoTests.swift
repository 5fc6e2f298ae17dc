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

  /// Decaying hits: a low tone, noise, and noise without its low frequencies.
  private static let bassDrum: [Float] = (0..<3000).map { place in
    let t = Double(place) / 22_050
    return Float(sin(2 * Double.pi * 60 * t) * exp(-25 * t))
  }
  private static let snare: [Float] = zip(noise(3000, seed: 7), 0..<3000).map { grain, place in
    let t = Double(place) / 22_050
    return grain * Float(exp(-60 * t))
  }
  private static let cymbal: [Float] = (0..<2998).map { place in
    let (before, last) = (place > 1 ? snare[place - 2] : 0, place > 0 ? snare[place - 1] : 0)
    return before - 2 * last + snare[place]
  }
  /// 15 s of soft noise, for the drums to stand out of.
  private static let quiet: [Float] = noise(330_750, seed: 11).map { $0 * 0.001 }

  private func add(_ hit: [Float], to sound: inout [Float], at time: Double, strength: Float) {
    let start = Int(time * 22_050)
    for (place, value) in hit.enumerated().prefix(max(0, sound.count - start)) {
      sound[start + place] += strength * value
    }
  }

  @Test(arguments: Array(stride(from: 60.0, through: 180, by: 8)))
  func clicksHaveTheirTempo(beatsPerMinute: Double) throws {
    var sound = Self.quiet
    for beat in 0..<Int(15 * beatsPerMinute / 60) {
      add(Self.snare, to: &sound, at: Double(beat) * 60 / beatsPerMinute + 0.1, strength: 0.5)
    }
    let found = try tempo(of: sound).beatsPerMinute
    #expect(abs(found / beatsPerMinute - 1) < 0.04)
  }

  /// 15 s of drums: what plays on each half beat. Letters for bass drum, snare, both and neither;
  /// a soft cymbal plays always: "k", "s", "b", "c".
  private func drums(_ bar: String, beatsPerMinute: Double) -> [Float] {
    var sound = Self.quiet
    let bar = Array(bar)
    for half in 0..<Int(15 * beatsPerMinute / 30) {
      let time = Double(half) * 30 / beatsPerMinute + 0.05
      let played = bar[half % bar.count]
      add(Self.cymbal, to: &sound, at: time, strength: 0.05)
      if "kb".contains(played) { add(Self.bassDrum, to: &sound, at: time, strength: 0.8) }
      if "sb".contains(played) { add(Self.snare, to: &sound, at: time, strength: 0.5) }
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
    var sound = Array(Self.quiet.prefix(44_100))
    add(Self.bassDrum, to: &sound, at: 0.5, strength: 0.8)
    add(Self.cymbal, to: &sound, at: 1.5, strength: 0.5)
    let bands = try #require(OnsetStrength.drumBands(of: sound))
    #expect(bands.low.count == SpectrogramSettings().frameCount(sampleCount: sound.count))
    let (first, second) = (0..<43, 50..<bands.low.count)
    #expect((bands.low[first].max() ?? 0) > 3 * (bands.middle[first].max() ?? 0))
    #expect((bands.middle[second].max() ?? 0) > 3 * (bands.low[second].max() ?? 0))
  }

  @Test func thereAreNoDrumBandsWhereTheSoundEndsBelowThem() {
    #expect(OnsetStrength.drumBands(of: noise(4_000, seed: 1), sampleRate: 1_000) == nil)
  }
}
