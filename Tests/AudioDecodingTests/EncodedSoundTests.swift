import AudioDecoding
import FileAccess
import TestSupport
import Testing

@Suite("Encoded sound decodes to what went in", .enabled(if: Encoded.hasEncoders))
struct EncodedSoundTests {
  let encoded = Encoded()

  private func stereo(_ seconds: Double, _ rate: Int) -> [[Float]] {
    [1, 2].map { TestSignal.sweep(seconds: seconds, rate: rate, seed: $0) }
  }

  /// Compares with the source: lossy codecs keep the shape, gapless ones the length and the place.
  private func check(
    _ path: FilePath, _ source: [[Float]], rate: Int, _ codec: AudioCodec,
    place: SourceLocation = #_sourceLocation
  ) throws {
    let sound = try decode(path, rate: rate)
    let mean = source.count == 1 ? source[0] : zip(source[0], source[1]).map { ($0 + $1) / 2 }
    #expect(sound.info.codec == codec, sourceLocation: place)
    #expect(sound.info.channels == source.count, sourceLocation: place)
    #expect(sound.info.sampleRate == rate, sourceLocation: place)
    #expect(sound.samples.count == mean.count, sourceLocation: place)
    #expect(abs(sound.info.seconds - Double(mean.count) / Double(rate)) < 1e-9)
    #expect(TestSignal.correlation(sound.samples, mean, slack: 1) > 0.99, sourceLocation: place)
    #expect(sound.warnings.isEmpty, sourceLocation: place)
  }

  @Test(
    "MP3 of every kind",
    arguments: [
      (44_100, ["-b", "128"]), (44_100, ["-V", "2"]), (44_100, ["-m", "s", "-b", "192"]),
      (22_050, ["-b", "64"]), (11_025, ["-b", "32"]), (48_000, ["-b", "320"]),
      (44_100, ["--freeformat", "-b", "200"]), (44_100, ["--abr", "128"]),
    ])
  func mp3(_ rate: Int, _ options: [String]) throws {
    let two = stereo(3, rate)
    try check(try encoded.mp3(two, rate: rate, options), two, rate: rate, .mp3)
    let one = [two[0]]
    try check(
      try encoded.mp3(one, rate: rate, options + ["-m", "m"]), one, rate: rate, .mp3)
  }

  @Test("two unlike channels of an MP3 mix as sound, not as spectra")
  func unlikeChannels() throws {
    // Clicks make LAME switch the window of the left channel alone; libmpg123's own mono mix is off
    // by half of full scale there.
    let tone = TestSignal.tone(440, seconds: 3, rate: 44_100)
    let clicks = tone.indices.map { $0 % 11_025 == 5_000 ? Float(0.9) : 0 }
    let path = try encoded.mp3([clicks, tone], rate: 44_100, ["-m", "d", "-b", "320"])
    let sound = try decode(path, rate: 44_100)
    let mean = zip(clicks, tone).map { ($0 + $1) / 2 }
    // Away from the clicks, which lose their height above 20 kHz.
    let difference = sound.samples.indices.filter { clicks[$0] == 0 }
      .reduce(Float(0)) { max($0, abs(sound.samples[$1] - mean[$1])) }
    #expect(difference < 0.15)
  }

  @Test("FLAC is exact")
  func flac() throws {
    let source = stereo(2, 44_100).map(TestSignal.rounded)
    let sound = try decode(try encoded.flac(source, rate: 44_100), rate: 44_100)
    #expect(
      sound.samples.largestDifference(from: zip(source[0], source[1]).map { ($0 + $1) * 0.5 }) == 0)
    #expect(sound.info.codec == .flac)
  }

  @Test("Ogg Vorbis")
  func vorbis() throws {
    let two = stereo(3, 44_100)
    try check(try encoded.vorbis(two, rate: 44_100), two, rate: 44_100, .vorbis)
  }

  @Test("Ogg Opus, which has one rate")
  func opus() throws {
    let two = stereo(3, 48_000)
    try check(
      try encoded.opus(two, rate: 48_000, ["--bitrate", "128"]), two, rate: 48_000, .opus)
  }

  @Test("MP3 inside RIFF, and behind tags and junk")
  func wrapped() throws {
    let two = stereo(3, 44_100)
    let path = try encoded.mp3(two, rate: 44_100, ["-b", "128"])
    let plain = try encoded.bytes(path)
    let expected = try decode(path).samples
    let format = SoundFile.format(tag: 0x55, rate: 44_100, channels: 2, bits: 0)
    let riff =
      Array("RIFF\u{0}\u{0}\u{0}\u{0}WAVE".utf8) + SoundFile.chunk("fmt ", format)
      + SoundFile.chunk("data", plain)
    // Half a megabyte of pictures is a tag; an oversized claim hides nothing; junk is skipped.
    let tag =
      Array("ID3\u{4}\u{0}\u{0}".utf8) + [0, 0x20, 0, 0] + [UInt8](repeating: 0, count: 1 << 19)
    let liar = Array("ID3\u{4}\u{0}\u{0}".utf8) + [0x7F, 0x7F, 0x7F, 0x7F]
    let junk = [UInt8](repeating: 0, count: 1 << 20)
    let end = Array("TAG".utf8) + [UInt8](repeating: 0x41, count: 125)
    for (name, bytes) in [
      ("riff", riff), ("tagged", tag + plain + end), ("liar", liar + plain), ("junk", junk + plain),
    ] {
      let sound = try decode(try encoded.folder.write(bytes, as: name))
      #expect(sound.samples.largestDifference(from: expected) == 0, "\(name)")
      #expect(sound.info.codec == .mp3)
    }
  }

  @Test("an MP3 cut in its middle gives what is left and a warning", arguments: [true, false])
  func cutMP3(hasSummary: Bool) throws {
    let options = ["-b", "128"] + (hasSummary ? [] : ["-t"])
    let whole = try encoded.bytes(try encoded.mp3(stereo(4, 44_100), rate: 44_100, options))
    let cut = try encoded.folder.write(Array(whole[..<(whole.count / 2 + 100)]), as: "cut.mp3")
    let sound = try decode(cut)
    #expect(abs(sound.info.seconds - 2) < 0.1)
    #expect(abs(sound.info.excerptSeconds - sound.info.seconds) < 1e-9)
    guard case .truncated(let seconds) = sound.warnings.first else {
      Issue.record("no warning in \(sound.warnings)")
      return
    }
    #expect(abs(seconds - 2) < 0.1)
    let start = try encoded.folder.write(Array(whole[..<6_000]), as: "start.mp3")
    #expect(failure(start)?.code == .tooShort)
  }

  @Test("one whole MPEG frame is no sound")
  func oneFrame() throws {
    let whole = try encoded.bytes(
      try encoded.mp3(
        [TestSignal.sweep(seconds: 2, rate: 44_100)], rate: 44_100, ["-b", "128", "-t"]))
    let start = try #require(
      whole.indices.first { whole[$0] == 0xFF && whole[$0 + 1] & 0xE0 == 0xE0 })
    let frame = Array(whole[start..<(start + 417)])
    let error = failure(try encoded.folder.write(frame, as: "one.mp3"))
    #expect(error?.code == .noSamples)
    #expect(error?.context == .singleFrame)
  }

  @Test("cut FLAC and Ogg give what is left and a warning")
  func cutOthers() throws {
    let source = stereo(4, 48_000)
    for path in [
      try encoded.flac(source, rate: 48_000), try encoded.vorbis(source, rate: 48_000),
      try encoded.opus(source, rate: 48_000),
    ] {
      let whole = try encoded.bytes(path)
      let sound = try decode(
        try encoded.folder.write(Array(whole[..<(whole.count * 6 / 10)]), as: "cut"))
      #expect((1.0...3.5).contains(sound.info.excerptSeconds), "\(sound.info)")
      #expect(!sound.warnings.isEmpty, "\(sound.info.codec)")
    }
  }

  @Test("a stream that changes its rate is heard to its end")
  func rateChange() throws {
    let first = try encoded.bytes(
      try encoded.mp3(stereo(2, 44_100), rate: 44_100, ["-b", "128", "-t"], name: "a.mp3"))
    let second = try encoded.bytes(
      try encoded.mp3(stereo(2, 48_000), rate: 48_000, ["-b", "128", "-t"], name: "b.mp3"))
    let sound = try decode(try encoded.folder.write(first + second, as: "both.mp3"))
    #expect(abs(Double(sound.samples.count) / 22_050 - 4) < 0.25)
    let isTold = sound.warnings.contains {
      if case .sampleRateChanged(to: 48_000, _) = $0 { true } else { false }
    }
    #expect(isTold, "\(sound.warnings)")
  }

  @Test("one decoder serves many threads")
  func threads() async throws {
    let path = try encoded.mp3(stereo(3, 44_100), rate: 44_100, ["-b", "128"])
    let file = try ReadableFile(path)
    let decoder = AudioDecoder()
    let expected = try decoder.decode(file).samples
    let differences = await withTaskGroup(of: Float.self) { group in
      for _ in 0..<16 {
        group.addTask {
          (try? decoder.decode(file))?.samples.largestDifference(from: expected) ?? .infinity
        }
      }
      var all: [Float] = []
      for await difference in group { all.append(difference) }
      return all
    }
    #expect(differences == [Float](repeating: 0, count: 16))
  }
}
