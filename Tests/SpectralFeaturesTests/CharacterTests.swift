import Foundation
import SpectralFeatures
import TestSupport
import Testing

@Suite("Estimates of character")
struct CharacterTests {
  private static let rate = 22_050.0

  /// One note: harmonics that fall off, and fade as those of a string do where `fades`.
  private func note(_ pitch: Int, seconds: Double, harmonics: Int, fades: Bool) -> [Float] {
    let frequency = 440 * pow(2, Double(pitch - 69) / 12)
    return (0..<Int(seconds * Self.rate)).map { place in
      let time = Double(place) / Self.rate
      let sum = (1...harmonics).reduce(0.0) { sum, harmonic in
        let fading = fades ? exp(-time * (2 + Double(harmonic))) : 1
        return sum + fading * sin(2 * .pi * frequency * Double(harmonic) * time) / Double(harmonic)
      }
      return Float(0.3 * sum)
    }
  }

  /// A plucked melody over a scale, again and again for six seconds.
  private func melody(_ steps: [Int], beatSeconds: Double) -> [Float] {
    var sound: [Float] = []
    var place = 0
    while sound.count < Int(6 * Self.rate) {
      sound += note(
        60 + steps[place % steps.count], seconds: beatSeconds, harmonics: 6, fades: true)
      place += 1
    }
    return sound
  }

  /// Four chords of eight detuned voices each, with bursts of noise on the beat.
  private func wall() -> [Float] {
    var generator = SplitMix64(seed: 5)
    var sound: [Float] = []
    for root in [45, 53, 48] {
      let voices = [0, 3, 7, 10, 12, 14, 17, 19].map {
        note(root + $0, seconds: 2, harmonics: 20, fades: false)
      }
      sound += voices[0].indices.map { place in
        let beat = Double(place) / Self.rate * 128 / 60
        let hit = exp(-12 * beat.truncatingRemainder(dividingBy: 0.5))
        return 0.6 * voices.reduce(Float(0)) { $0 + $1[place] } / 3
          + Float(0.7 * hit * .random(in: -1...1, using: &generator))
      }
    }
    return sound
  }

  /// Syllables: a hiss, a buzzing vowel, now and then a pause.
  private func speech() -> [Float] {
    var generator = SplitMix64(seed: 3)
    var sound: [Float] = []
    while sound.count < Int(6 * Self.rate) {
      var last = 0.0
      for _ in 0..<Int(0.07 * Self.rate) {
        let value = Double.random(in: -1...1, using: &generator)
        sound.append(Float(0.1 * (value - last)))
        last = value
      }
      let pitch = Int.random(in: 45...50, using: &generator)
      sound += note(
        pitch, seconds: .random(in: 0.1...0.2, using: &generator), harmonics: 12, fades: false)
      if Int.random(in: 0..<3, using: &generator) == 0 {
        sound += [Float](repeating: 0, count: Int(0.25 * Self.rate))
      }
    }
    return sound
  }

  private func estimates(_ samples: [Float]) throws -> CharacterEstimates {
    let settings = SpectrogramSettings()
    let features = SpectralAnalyzer(settings: settings, contents: .all).analyze(samples)
    let onsets = try #require(features.onsetStrength)
    return try #require(
      CharacterEstimates(
        features, loudness: Loudness.integrated(of: samples, sampleRate: Self.rate),
        tempo: Tempo(onsetStrength: onsets, drums: features.drumBandOnsets)?.beatsPerMinute,
        key: features.chroma.flatMap { KeyEstimate(chroma: $0) }))
  }

  private let major = [0, 4, 7, 4, 5, 9, 12, 9, 7, 11, 14, 11, 12, 7, 4, 0]
  private let minor = [0, 3, 7, 3, 5, 8, 12, 8, 7, 11, 14, 11, 12, 7, 3, 0]

  @Test("a wall of sound has more energy than a plucked melody, a quiet one less than a loud one")
  func energy() throws {
    let plucked = melody(major, beatSeconds: 0.5)
    let (dense, sparse) = (try estimates(wall()), try estimates(plucked))
    #expect(dense.energy > sparse.energy + 0.2, "\(dense) \(sparse)")
    let quiet = try estimates(plucked.map { $0 / 8 })
    #expect(quiet.energy < sparse.energy - 0.1, "\(quiet) \(sparse)")
  }

  @Test("a quick melody in major is more cheerful than it is slow, and than in minor")
  func valence() throws {
    let quick = try estimates(melody(major, beatSeconds: 0.4))
    let slow = try estimates(melody(major, beatSeconds: 1))
    let sad = try estimates(melody(minor, beatSeconds: 1))
    #expect(quick.valence > slow.valence, "\(quick) \(slow)")
    #expect(slow.valence > sad.valence, "\(slow) \(sad)")
    #expect(quick.valence > 0.5 && sad.valence < 0.5)
  }

  @Test("strings are acoustic, walls of sound and noise are not")
  func acousticness() throws {
    var generator = SplitMix64(seed: 9)
    let noise = (0..<Int(6 * Self.rate)).map { _ in Float.random(in: -0.3...0.3, using: &generator)
    }
    let plucked = try estimates(melody(minor, beatSeconds: 0.5))
    #expect(plucked.acousticness > 0.7, "\(plucked)")
    for sound in [wall(), noise] {
      let other = try estimates(sound)
      #expect(other.acousticness < 0.3, "\(other)")
    }
  }

  @Test("syllables are no instrument; melodies, walls of sound and noise are")
  func instrumentalness() throws {
    let voice = try estimates(speech())
    #expect(voice.instrumentalness < 0.2, "\(voice)")
    for sound in [melody(major, beatSeconds: 0.5), wall()] {
      let instrument = try estimates(sound)
      #expect(instrument.instrumentalness > 0.7, "\(instrument)")
    }
  }

  @Test("do not depend on how loud the same is, but for energy")
  func gain() throws {
    let sound = melody(major, beatSeconds: 0.5)
    let (loud, quiet) = (try estimates(sound), try estimates(sound.map { $0 / 4 }))
    #expect(abs(loud.acousticness - quiet.acousticness) < 0.02)
    #expect(abs(loud.instrumentalness - quiet.instrumentalness) < 0.02)
  }

  @Test("there are none of silence and of features that lack something")
  func absent() {
    let settings = SpectrogramSettings()
    let silence = [Float](repeating: 0, count: 44_100)
    let features = SpectralAnalyzer(settings: settings, contents: .all).analyze(silence)
    #expect(CharacterEstimates(features, loudness: nil, tempo: nil, key: nil) == nil)
    #expect(CharacterEstimates(features, loudness: -20, tempo: nil, key: nil) == nil)
    let some = SpectralAnalyzer(settings: settings, contents: [.rms, .chroma]).analyze(speech())
    #expect(CharacterEstimates(some, loudness: -20, tempo: 100, key: nil) == nil)
  }
}
