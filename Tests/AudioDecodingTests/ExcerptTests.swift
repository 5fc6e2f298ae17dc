import AudioDecoding
import FileAccess
import TestSupport
import Testing

@Suite("Excerpts are the same part of the whole")
struct ExcerptTests {
  let folder = TemporaryFolder()

  @Test("a preview is used whole, a longer sound by its middle 30 seconds")
  func lengths() throws {
    for (seconds, start, length) in [
      (29.0, 0.0, 29.0), (30.5, 0, 30.5), (31, 0.5, 30), (40, 5, 30),
    ] {
      let source = TestSignal.sweep(seconds: seconds, rate: 4_000)
      let path = try folder.write(SoundFile.wav([source], rate: 4_000), as: "a.wav")
      let info = try decode(path, .middle).info
      #expect(info.excerptStart == start)
      #expect(info.excerptSeconds == length)
      #expect(info.seconds == seconds)
      let first = try decode(path, .start).info
      #expect(first.excerptStart == 0)
      #expect(first.excerptSeconds == length)
    }
  }

  @Test(
    "an excerpt behind the end is no sound, however long the sound is",
    .enabled(if: Encoded.hasEncoders), arguments: ["mp3", "flac", "ogg", "opus"])
  func behindLongSound(_ kind: String) throws {
    let encoded = Encoded()
    let source = [TestSignal.sweep(seconds: 8, rate: 48_000)]
    let path =
      switch kind {
      case "mp3": try encoded.mp3(source, rate: 48_000, ["-b", "64"])
      case "flac": try encoded.flac(source, rate: 48_000)
      case "ogg": try encoded.vorbis(source, rate: 48_000)
      default: try encoded.opus(source, rate: 48_000)
      }
    // Longer than what may be decoded at once, as hours are with the usual limit.
    var options = DecodingOptions(excerpt: .range(start: 60, end: 63))
    options.limits.maximumSeconds = 3
    do throws(AudioDecodingError) {
      let audio = try AudioDecoder(options: options).decode(path)
      Issue.record("\(audio.info)")
    } catch {
      #expect(error.code == .noSamples)
      guard case .excerptOutside(let start, _) = error.context, start == 60 else {
        Issue.record("\(error.context)")
        return
      }
    }
  }

  @Test("Opus of several channels has every frame", .enabled(if: Encoded.hasEncoders))
  func wholeOpus() throws {
    let encoded = Encoded()
    for count in [1, 2, 6] {
      let source = [[Float]](
        repeating: TestSignal.sweep(seconds: 1, rate: 48_000), count: count)
      let audio = try decode(try encoded.opus(source, rate: 48_000), rate: 48_000, .full)
      #expect(audio.samples.count == 48_000, "\(count) channels")
    }
  }

  @Test("excerpts of a WAV are exact")
  func exact() throws {
    let source = TestSignal.rounded(TestSignal.sweep(seconds: 40, rate: 4_000))
    let path = try folder.write(SoundFile.wav([source], rate: 4_000), as: "a.wav")
    #expect(try decode(path, rate: 4_000, .middle).samples == Array(source[20_000..<140_000]))
    #expect(try decode(path, rate: 4_000, .start).samples == Array(source[..<120_000]))
    #expect(
      try decode(path, rate: 4_000, .range(start: 1.5, end: 9)).samples
        == Array(source[6_000..<36_000]))
    let end = try decode(path, rate: 4_000, .range(start: 38, end: 1e300))
    #expect(end.samples == Array(source[152_000...]))
    #expect(end.info.seconds == 40)
  }

  @Test("a range behind the end is told as such")
  func outside() throws {
    let source = TestSignal.sweep(seconds: 3, rate: 8_000)
    let path = try folder.write(SoundFile.wav([source], rate: 8_000), as: "a.wav")
    let error = failure(path, .range(start: 5, end: 9))
    #expect(error?.code == .noSamples)
    #expect(error?.context == .excerptOutside(start: 5, seconds: 3))
    #expect(failure(path, .range(start: 2.5, end: 9))?.code == .tooShort)
  }

  @Test("decoding stops at the limit and says so")
  func limit() throws {
    let source = TestSignal.rounded(TestSignal.sweep(seconds: 8, rate: 4_000))
    let path = try folder.write(SoundFile.wav([source], rate: 4_000), as: "a.wav")
    var limits = DecodingLimits()
    limits.maximumSeconds = 5
    let options = DecodingOptions(sampleRate: 4_000, excerpt: .full, limits: limits)
    let sound = try AudioDecoder(options: options).decode(path)
    #expect(sound.samples == Array(source[..<20_000]))
    #expect(sound.warnings == [.stoppedAtLimit(seconds: 5)])
    #expect(sound.info.seconds == 8)
  }

  @Test(
    "the number of samples is librosa's, rounded up", arguments: [44_100, 48_000, 32_000, 7_919])
  func resampledLength(rate: Int) throws {
    for count in [rate + 1, rate + 2, 2 * rate - 1] {
      let source = Array(TestSignal.sweep(seconds: 2, rate: rate)[..<count])
      let path = try folder.write(SoundFile.wav([source], rate: rate), as: "a.wav")
      let expected = Int((Double(count) * (22_050 / Double(rate))).rounded(.up))
      #expect(try decode(path).samples.count == expected)
    }
  }

  @Test("resampling keeps a tone and drops what the new rate cannot hold")
  func resampledTone() throws {
    func level(_ hertz: Double) throws -> Float {
      let source = TestSignal.tone(hertz, seconds: 2, rate: 44_100)
      let path = try folder.write(SoundFile.wav([source], rate: 44_100, .f32), as: "a.wav")
      // The last samples lack the filter's other half.
      return try decode(path).samples[2_000..<40_000].reduce(0) { max($0, abs($1)) }
    }
    #expect(abs(try level(1_000) - 0.5) < 1e-3)
    #expect(abs(try level(9_500) - 0.5) < 1e-2)
    #expect(try level(14_000) < 1e-4)
  }

  @Test(
    "the middle of compressed sound is the same range of the whole",
    .enabled(if: Encoded.hasEncoders),
    arguments: ["mp3", "mp3-32", "mp3-vbr", "flac", "ogg", "opus"])
  func seeking(_ kind: String) throws {
    let encoded = Encoded()
    let rate = kind == "opus" ? 48_000 : 44_100
    let source = [TestSignal.sweep(seconds: 36, rate: rate)]
    let path =
      switch kind {
      case "mp3": try encoded.mp3(source, rate: rate, ["-b", "64"])
      case "mp3-32": try encoded.mp3(source, rate: rate, ["-b", "32", "--resample", "44.1", "-t"])
      case "mp3-vbr": try encoded.mp3(source, rate: rate, ["-V", "5"])
      case "flac": try encoded.flac(source, rate: rate)
      case "ogg": try encoded.vorbis(source, rate: rate)
      default: try encoded.opus(source, rate: rate)
      }
    let whole = try decode(path, rate: rate, .full).samples
    let middle = try decode(path, rate: rate, .middle)
    let first = Int((middle.info.excerptStart * Double(rate)).rounded())
    #expect(first == (whole.count - 30 * rate) / 2)
    #expect(middle.samples.count == 30 * rate)
    let range = Array(whole[first..<(first + 30 * rate)])
    // Opus predicts from frame to frame and converges after a seek (RFC 7845 section 4.6).
    let tolerance: Float = kind == "opus" ? 1e-4 : 1e-6
    #expect(middle.samples.largestDifference(from: range) <= tolerance)
  }

  @Test("a FLAC that does not say or lies about its length", .enabled(if: Encoded.hasEncoders))
  func falseLength() throws {
    let encoded = Encoded()
    let source = TestSignal.rounded(TestSignal.sweep(seconds: 36, rate: 8_000))
    let whole = try encoded.bytes(try encoded.flac([source], rate: 8_000))
    for (total, warns) in [([0, 0, 0, 0, 0], false), ([0x0F, 0xFF, 0xFF, 0xFF, 0xFF], true)] {
      var bytes = whole
      // The low 36 bits of bytes 13 to 17 of streaminfo, which begins at byte 8.
      bytes[21] = bytes[21] & 0xF0 | UInt8(total[0])
      for index in 1..<5 { bytes[21 + index] = UInt8(total[index]) }
      let sound = try decode(try encoded.folder.write(bytes, as: "a.flac"), rate: 8_000, .middle)
      #expect(sound.samples == Array(source[24_000..<264_000]))
      #expect(sound.info.seconds == 36)
      #expect(sound.warnings.isEmpty != warns, "\(sound.warnings)")
    }
  }
}
