import AudioDecoding
import FileAccess
import Hashing
import TestSupport
import Testing

@Suite("A sound's identity is its encoded bytes")
struct AudioIdentityTests {
  let folder = TemporaryFolder()

  private func digest(_ bytes: [UInt8]) throws -> Digest {
    try AudioIdentity.digest(of: try ReadableFile(try folder.write(bytes, as: "sound")))
  }

  private func hash(_ tag: String, _ bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update("earshot-audio-1 \(tag)\n")
    hash.update(bytes)
    return hash.digest()
  }

  @Test("PCM is its encoding, rate, channels and samples, in whatever container")
  func pcm() throws {
    let channels = [1, 2].map { TestSignal.sweep(seconds: 1, rate: 8_000, seed: $0) }
    let expected = hash("pcm s16le 8000 2", SoundFile.interleave(channels, .s16))
    let extra = SoundFile.chunk("LIST", Array("INFO".utf8))
    #expect(try digest(SoundFile.wav(channels, rate: 8_000)) == expected)
    #expect(try digest(SoundFile.wav(channels, rate: 8_000, before: extra)) == expected)
    #expect(try digest(SoundFile.wav(channels, rate: 8_000, dataSize: 0)) == expected)
    #expect(try digest(SoundFile.rf64(channels, rate: 8_000)) == expected)
    #expect(try digest(SoundFile.w64(channels, rate: 8_000)) == expected)
    #expect(try digest(SoundFile.aiff(channels, rate: 8_000, compression: "sowt")) == expected)
    #expect(try digest(SoundFile.wav(channels, rate: 8_001)) != expected)
    #expect(try digest(SoundFile.wav(channels.reversed(), rate: 8_000)) != expected)
    #expect(
      try digest(SoundFile.aiff(channels, rate: 8_000))
        == hash("pcm s16be 8000 2", SoundFile.interleave(channels, .s16, bigEndian: true)))
  }

  @Test("what has no sound has no identity")
  func none() throws {
    #expect(throws: AudioDecodingError.self) { try digest([]) }
    #expect(throws: AudioDecodingError.self) { try digest(Array("words".utf8)) }
    #expect(throws: AudioDecodingError.self) { try digest(SoundFile.wav([[]], rate: 8_000)) }
  }

  @Test("a tag behind FLAC whose metadata are cut short is no part of them")
  func flacCutShort() throws {
    // 16 bits, one channel, 44,100 Hz; more metadata are promised, and one byte follows.
    let info: [UInt8] =
      [0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x0A, 0xC4, 0x40, 0xF0]
      + [UInt8](repeating: 0, count: 20)
    let stream = Array("fLaC".utf8) + [0, 0, 0, 34] + info + [0x1C]
    let tag = Array("TAG".utf8) + [UInt8](repeating: 0, count: 125)
    #expect(try digest(stream) == hash("flac", [0x1C]))
    #expect(try digest(stream + tag) == hash("flac", [0x1C]))
  }

  @Test("MPEG is its frames, without tags and the Xing frame", .enabled(if: Encoded.hasEncoders))
  func mpeg() throws {
    let encoded = Encoded()
    let source = [TestSignal.sweep(seconds: 3, rate: 44_100)]
    let tags = ["--tt", "Title", "--ta", "Artist", "--add-id3v2"]
    let plain = try encoded.bytes(try encoded.mp3(source, rate: 44_100, ["-b", "128"]))
    let tagged = try encoded.bytes(try encoded.mp3(source, rate: 44_100, ["-b", "128"] + tags))
    let bare = try encoded.bytes(try encoded.mp3(source, rate: 44_100, ["-b", "128", "-t"]))
    #expect(plain != tagged)
    let expected = hash("mpeg", bare)
    for bytes in [plain, tagged, bare] { #expect(try digest(bytes) == expected) }
    let format = SoundFile.format(tag: 0x55, rate: 44_100, channels: 1, bits: 0)
    let riff =
      Array("RIFF\u{0}\u{0}\u{0}\u{0}WAVE".utf8) + SoundFile.chunk("fmt ", format)
      + SoundFile.chunk("data", plain)
    #expect(try digest(riff) == expected)
    let ape =
      Array("APETAGEX".utf8) + SoundFile.le(2_000, 4) + SoundFile.le(40, 4) + SoundFile.le(0, 16)
    let id3v1 = Array("TAG".utf8) + [UInt8](repeating: 0x42, count: 125)
    #expect(try digest(plain + [0x20, 0x20, 0x20, 0x20, 0, 0, 0, 0] + ape + id3v1) == expected)
    let lyrics = Array("LYRICSBEGININD00002".utf8)
    #expect(
      try digest(plain + lyrics + Array("10000019LYRICS200".utf8) + id3v1) == expected)
    var changed = plain
    changed[plain.count / 2] ^= 1
    #expect(try digest(changed) != expected)
    // A tag between two frames, as files joined end to end have it, is no sound.
    let second = try #require(
      (418..<bare.count).first {
        bare[$0] == 0xFF && bare[$0 + 1] == bare[1] && bare[$0 + 2] & 0xF0 == 0x90
      })
    let tag =
      Array("ID3\u{4}\u{0}\u{0}".utf8) + [0, 0, 1, 0] + [UInt8](repeating: 0xFF, count: 128)
    #expect(try digest(Array(bare[..<second]) + tag + Array(bare[second...])) == expected)
  }

  @Test("FLAC and Ogg are their packets without comments", .enabled(if: Encoded.hasEncoders))
  func packets() throws {
    let encoded = Encoded()
    let source = [TestSignal.sweep(seconds: 3, rate: 48_000)]
    let bare = try encoded.bytes(try encoded.flac(source, rate: 48_000))
    let tagged = try encoded.bytes(
      try encoded.flac(source, rate: 48_000, ["--tag=TITLE=A title", "--no-padding"]))
    #expect(bare != tagged)
    #expect(try Set([bare, tagged].map(digest)).count == 1)
    var position = 4
    while bare[position] & 0x80 == 0 { position += 4 + size(bare, position + 1) }
    position += 4 + size(bare, position + 1)
    #expect(try digest(bare) == hash("flac", Array(bare[position...])))

    let serial = ["-s", "7"]
    let ogg = try encoded.bytes(try encoded.vorbis(source, rate: 48_000, serial))
    let oggTagged = try encoded.bytes(
      try encoded.vorbis(source, rate: 48_000, serial + ["-t", "A title"]))
    #expect(ogg != oggTagged)
    #expect(try Set([ogg, oggTagged].map(digest)).count == 1)
    #expect(try digest(ogg) == hash("vorbis", Self.packets(ogg).dropFirst(3).flatMap { $0 }))

    let opus = try encoded.bytes(try encoded.opus(source, rate: 48_000))
    let opusTagged = try encoded.bytes(
      try encoded.opus(source, rate: 48_000, ["--title", "A title"]))
    #expect(opus != opusTagged)
    #expect(try Set([opus, opusTagged].map(digest)).count == 1)
    #expect(try digest(opus) == hash("opus", Self.packets(opus).dropFirst(2).flatMap { $0 }))
  }

  private func size(_ bytes: [UInt8], _ at: Int) -> Int {
    Int(bytes[at]) << 16 | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
  }

  /// The packets of a file of one stream, gathered the plain way.
  private static func packets(_ bytes: [UInt8]) -> [[UInt8]] {
    var packets: [[UInt8]] = []
    var packet: [UInt8] = []
    var position = 0
    while position + 27 <= bytes.count {
      let count = Int(bytes[position + 26])
      var body = position + 27 + count
      for lacing in bytes[(position + 27)..<(position + 27 + count)] {
        packet += bytes[body..<(body + Int(lacing))]
        body += Int(lacing)
        if lacing < 255 {
          packets.append(packet)
          packet = []
        }
      }
      position = body
    }
    return packets
  }
}
