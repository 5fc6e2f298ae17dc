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

  /// What the program says of every clip whose tempo or key is known.
  private func descriptors(
    of clips: [KnownClip]
  ) throws -> [(clip: KnownClip, descriptors: JSON)] {
    let place = Workplace()
    return try clips.map { clip in
      let ended = try place.earshot(
        "features", "--feature", "descriptors", Sounds.clip(clip.file))
      try #require(ended.status == 0, "\(ended.messages)")
      return (clip, try #require(ended.object()["descriptors"]))
    }
  }

  /// Clips that are heard at half their tempo: their drums hit hard on every second beat, and 174
  /// beats a minute may be counted as 87.
  private static let heardAtHalf: Set<String> = [
    "drum-and-bass-1-switchyard.mp3", "drum-and-bass-2-top-deck.mp3",
    "drum-and-bass-3-engine-room.ogg",
  ]

  @Test("tempo and key of clips whose tempo and key are known")
  func tempoAndKey() throws {
    let found = try descriptors(of: KnownClip.all())
    let timed = found.filter { $0.clip.tempo != nil }
    try #require(timed.count == 21)
    var off: [String: Double] = [:]
    for (clip, descriptors) in timed {
      let ratio = (descriptors["tempo"]?.double ?? 0) / (clip.tempo ?? 0)
      if abs(ratio - 1) > 0.04 { off[clip.file] = ratio }
    }
    #expect(Set(off.keys) == Self.heardAtHalf, "\(off)")
    #expect(off.values.allSatisfy { abs($0 - 0.5) < 0.02 }, "\(off)")
    let keyed = found.filter { $0.clip.tonic != nil }
    try #require(keyed.count == 25)
    let wrong = keyed.filter { clip, descriptors in
      descriptors["key"]?.integer != clip.tonic || descriptors["mode"]?.integer != clip.mode
    }
    #expect(wrong.count == 0, "\(wrong.map { "\($0.clip.file) \($0.descriptors)" })")
  }
}

/// A line of TestAudio/clips.csv.
struct KnownClip {
  let file: String
  let tempo: Double?
  /// The tonic's pitch class, from C.
  let tonic: Int?
  /// 1 for major, 0 for minor.
  let mode: Int?

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
      return KnownClip(
        file: cell("file"), tempo: Double(cell("tempo")), tonic: notes.firstIndex(of: cell("key")),
        mode: ["major": 1, "minor": 0][cell("mode")])
    }
  }
}
