import AudioDecoding
import FileAccess
import Foundation
import SpectralFeatures
import TestSupport
import Testing

@Suite("From an MP3 to numbers about music")
struct MusicTests {
  @Test(
    "the mel spectrogram of an MP3 is librosa's",
    arguments: [
      "rock-1-copper-wire", "house-4-daylight-saving", "folk-2-three-apple-trees",
      "lo-fi-3-last-stop",
    ])
  func melParity(name: String) throws {
    let fixture = try #require(
      Bundle.module.path(forResource: name, ofType: "npy", inDirectory: "Fixtures"))
    let theirs = try NumPyArray(contentsOf: fixture)
    let audio = try AudioDecoder().decode(Repository.testAudio.appending("\(name).mp3"))
    let ours = try #require(
      SpectralAnalyzer(settings: SpectrogramSettings(), contents: .melDecibels)
        .analyze(audio.samples).melDecibels)
    #expect(ours.frameCount == 1_292)
    try #require(theirs.shape == [(ours.frameCount + 15) / 16, 128])
    var (sum, most) = (0.0, 0.0)
    for row in 0..<theirs.shape[0] {
      // The last band ends at 8 kHz, where nothing is left of some encodings but rounding.
      for band in 0..<127 {
        let difference = abs(Double(ours[16 * row, band] - theirs.values[row * 128 + band]))
        sum += difference
        most = max(most, difference)
      }
    }
    let mean = sum / Double(theirs.shape[0] * 127)
    #expect(mean <= 0.1, "\(mean) dB on average, \(most) dB at the most")
  }

  /// What the program says of each clip, two programs at a time.
  private func descriptors(of clips: [KnownClip]) throws -> [(clip: KnownClip, told: JSON)] {
    let place = Workplace()
    var under: [RunningProgram] = []
    var told: [(KnownClip, JSON)] = []
    for next in clips.indices.map(Optional.some) + [nil, nil] {
      if let next {
        let words = ["features", "--feature", "descriptors", Sounds.clip(clips[next].file)]
        under.append(try place.start(.earshot, words.map { Array($0.utf8) }))
        if under.count < 2 { continue }
      }
      guard !under.isEmpty else { continue }
      let ended = try under.removeFirst().end()
      try #require(ended.status == 0, "\(ended.messages)")
      told.append((clips[told.count], try #require(ended.object()["descriptors"])))
    }
    return told
  }

  /// Clips whose key is known to be missed, and what is heard: pitch classes from C, 1 for major.
  private static let heardInOtherKeys: [String: [Int]] = [
    // The key of the dominant, a fifth above.
    "rock-1-copper-wire.mp3": [11, 0], "rock-2-short-circuit.mp3": [4, 0],
    "folk-3-the-miller-s-reel.mp3": [4, 1], "folk-4-winter-coat.flac": [11, 0],
    "piano-1-sonatina-in-c.mp3": [7, 1],
    // The relative major.
    "lo-fi-3-last-stop.mp3": [10, 1], "texture-1-rain-on-the-skylight.mp3": [5, 1],
    // A third below the minor tonic; a semitone beside: slow pads without a clear tonic.
    "ambient-2-under-the-ice.mp3": [5, 1], "ambient-1-glass-tide.mp3": [6, 0],
  ]

  @Test("All 21 tempi are right within 4 %; 16 of 25 keys are right")
  func tempoAndKey() throws {
    let found = try descriptors(of: KnownClip.all())
    let timed = found.filter { $0.clip.tempo != nil }
    try #require(timed.count == 21)
    var off: [String: Double] = [:]
    for (clip, told) in timed {
      let ratio = (told["tempo"]?.double ?? 0) / (clip.tempo ?? 0)
      if abs(ratio - 1) > 0.04 { off[clip.file] = ratio }
    }
    #expect(off.isEmpty, "\(off)")
    let keyed = found.filter { $0.clip.key != nil }
    try #require(keyed.count == 25)
    var wrong: [String: [Int]] = [:]
    for (clip, told) in keyed {
      let key = [told["key"]?.integer, told["mode"]?.integer].compactMap { $0 }
      if key != clip.key { wrong[clip.file] = key }
    }
    #expect(wrong == Self.heardInOtherKeys)
  }
}

/// A line of TestAudio/clips.csv.
struct KnownClip {
  let file: String
  let tempo: Double?
  /// The tonic's pitch class from C, and 1 for major, 0 for minor.
  let key: [Int]?

  static func all() throws -> [KnownClip] {
    let table = try ReadableFile(Repository.testAudio.appending("clips.csv"))
      .contents(limit: 1 << 20)
    let lines = String(decoding: table, as: UTF8.self).split(separator: "\n").map(String.init)
    let names = lines[0].split(separator: ",").map(String.init)
    return lines.dropFirst().map { line in
      // No cell of this table is quoted.
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      func cell(_ name: String) -> String { names.firstIndex(of: name).map { cells[$0] } ?? "" }
      let notes = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
      let mode = ["major": 1, "minor": 0][cell("mode")]
      return KnownClip(
        file: cell("file"), tempo: Double(cell("tempo")),
        key: notes.firstIndex(of: cell("key")).flatMap { tonic in mode.map { [tonic, $0] } })
    }
  }
}
