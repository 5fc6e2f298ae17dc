import FileAccess
import Glibc
import TestSupport

/// Sound files made for these tests.
enum Sounds {
  /// A chord with a pulse over soft noise, different for each seed.
  static func music(seed: UInt64, seconds: Double, rate: Int = 22_050) -> [Float] {
    var random = SplitMix64(seed: seed)
    let notes = (0..<3).map { _ in Double.random(in: 110...880, using: &random) }
    let pulse = Double.random(in: 2...5, using: &random)
    let grain = Int.random(in: 0..<noise.count, using: &random)
    return (0..<Int(seconds * Double(rate))).map { place in
      let time = Double(place) / Double(rate)
      let beat = time * pulse
      let envelope = 1 - (beat - beat.rounded(.down))
      let chord =
        sin(2 * .pi * notes[0] * time) + sin(2 * .pi * notes[1] * time)
        + sin(2 * .pi * notes[2] * time)
      return Float(0.2 * envelope * chord) + noise[(place + grain) % noise.count]
    }
  }

  /// Soft noise that is drawn once: drawing it anew takes longer than all the rest.
  private static let noise: [Float] = {
    var random = SplitMix64(seed: 8_191)
    return (0..<8_191).map { _ in Float.random(in: -0.05...0.05, using: &random) }
  }()

  /// How a WAV file stores its samples.
  enum Format { case unsigned8, signed16, float32 }

  /// A WAV file of one channel.
  /// - Parameter tags: four-letter names of LIST INFO and their texts.
  static func wav(
    _ samples: [Float], rate: Int = 22_050, _ format: Format = .signed16,
    tags: [(name: String, text: String)] = []
  ) -> [UInt8] {
    var data: [UInt8] = []
    let width = format == .unsigned8 ? 1 : format == .signed16 ? 2 : 4
    data.reserveCapacity(samples.count * width)
    for sample in samples {
      switch format {
      case .unsigned8: data.append(UInt8(clamping: Int((sample * 127).rounded()) + 128))
      case .signed16: data += little(Int(UInt16(bitPattern: Int16(sample * 32_767))), 2)
      case .float32: data += little(Int(sample.bitPattern), 4)
      }
    }
    let head = wavFormat(
      tag: format == .float32 ? 3 : 1, rate: rate, channels: 1, bits: 8 * width)
    let texts = tags.flatMap { chunk($0.name, Array($0.text.utf8) + [0]) }
    let info = tags.isEmpty ? [] : chunk("LIST", Array("INFO".utf8) + texts)
    return riff(chunk("fmt ", head) + info + chunk("data", data))
  }

  /// A WAV file of these chunks.
  static func riff(_ chunks: [UInt8]) -> [UInt8] { chunk("RIFF", Array("WAVE".utf8) + chunks) }

  static func wavFormat(tag: Int, rate: Int, channels: Int, bits: Int) -> [UInt8] {
    let block = channels * bits / 8
    return little(tag, 2) + little(channels, 2) + little(rate, 4) + little(rate * block, 4)
      + little(block, 2) + little(bits, 2)
  }

  static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + little(body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
  }

  static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// The path of a clip of the repository.
  static func clip(_ name: String) -> String { Repository.testAudio.appending(name).string }

  /// The bytes of a clip of the repository.
  static func bytes(ofClip name: String) throws -> [UInt8] {
    try ReadableFile(Repository.testAudio.appending(name)).contents(limit: 1 << 24)
  }

  /// One MPEG frame out of the middle of a clip at 128 kbit/s and 44.1 kHz.
  static func mpegFrame() throws -> [UInt8] {
    let bytes = try bytes(ofClip: "rock-1-copper-wire.mp3")
    func frameLength(at place: Int) -> Int? {
      guard place + 4 <= bytes.count, bytes[place] == 0xFF, bytes[place + 1] & 0xFE == 0xFA,
        bytes[place + 2] & 0xFC == 0x90
      else { return nil }
      return 417 + Int(bytes[place + 2] >> 1 & 1)
    }
    for place in bytes.count / 2..<bytes.count {
      guard let length = frameLength(at: place), frameLength(at: place + length) != nil else {
        continue
      }
      return Array(bytes[place..<place + length])
    }
    preconditionFailure("a clip without MPEG frames")
  }
}
