import AudioDecoding
import FileAccess
import TestSupport
import Testing

@Suite("PCM containers give their samples exactly")
struct ContainerTests {
  let folder = TemporaryFolder()
  let rate = 8_000
  let left = TestSignal.rounded(TestSignal.sweep(seconds: 1.25, rate: 8_000, seed: 1))
  let right = TestSignal.rounded(TestSignal.sweep(seconds: 1.25, rate: 8_000, seed: 2))

  private func check(
    _ bytes: [UInt8], _ codec: AudioCodec, channels: Int = 2, tolerance: Float = 0,
    warnings: [DecodingWarning] = []
  ) throws {
    let sound = try decode(try folder.write(bytes, as: "sound"), rate: rate)
    let expected = channels == 1 ? left : zip(left, right).map { ($0 + $1) * 0.5 }
    #expect(sound.samples.largestDifference(from: expected) <= tolerance)
    #expect(sound.warnings == warnings)
    #expect(
      sound.info
        == AudioInfo(
          codec: codec, sampleRate: rate, channels: channels, seconds: 1.25, excerptStart: 0,
          excerptSeconds: 1.25))
  }

  @Test("WAV of every width", arguments: SoundFile.Sample.allCases)
  func wav(_ sample: SoundFile.Sample) throws {
    let tolerance: Float = sample == .u8 ? 1.0 / 256 : 0
    try check(SoundFile.wav([left, right], rate: rate, sample), .wav, tolerance: tolerance)
    try check(SoundFile.wav([left], rate: rate, sample), .wav, channels: 1, tolerance: tolerance)
    try check(
      SoundFile.wav([left, right], rate: rate, sample, extensible: true), .wav,
      tolerance: tolerance)
  }

  @Test("WAV with odd chunks before and after the sound")
  func oddChunks() throws {
    let odd = SoundFile.chunk("note", [1, 2, 3])
    try check(SoundFile.wav([left, right], rate: rate, before: odd, after: odd), .wav)
  }

  @Test(
    "WAV of a stream, which says 0 or the largest size", arguments: [0, 0xFFFF_FFFF] as [UInt32])
  func streamed(_ size: UInt32) throws {
    try check(SoundFile.wav([left, right], rate: rate, dataSize: size), .wav)
  }

  @Test("WAV that promises more than it has ends with a warning")
  func cut() throws {
    try check(
      SoundFile.wav([left, right], rate: rate, dataSize: 1 << 30), .wav,
      warnings: [.truncated(atSeconds: 1.25)])
  }

  @Test("the 64-bit forms of WAV")
  func longForms() throws {
    try check(SoundFile.rf64([left, right], rate: rate), .rf64)
    try check(SoundFile.w64([left, right], rate: rate), .w64)
  }

  @Test("AIFF and AIFC")
  func aiff() throws {
    for sample in [SoundFile.Sample.s16, .s24, .s32] {
      try check(SoundFile.aiff([left, right], rate: rate, sample), .aiff)
    }
    try check(SoundFile.aiff([left, right], rate: rate, .u8), .aiff, tolerance: 1.0 / 256)
    try check(SoundFile.aiff([left, right], rate: rate, .s16, compression: "sowt"), .aiff)
    try check(SoundFile.aiff([left, right], rate: rate, .f32, compression: "fl32"), .aiff)
    try check(SoundFile.aiff([left, right], rate: rate, .f64, compression: "fl64"), .aiff)
  }

  @Test("CAF of both byte orders, finished and not", arguments: [true, false])
  func caf(bigEndian: Bool) throws {
    for sample in [SoundFile.Sample.s16, .s24, .f32, .f64] {
      for open in [true, false] {
        let bytes = SoundFile.caf(
          [left, right], rate: rate, sample, bigEndian: bigEndian, openEnded: open)
        try check(bytes, .caf)
      }
    }
  }

  @Test("mono is the mean of any number of channels")
  func manyChannels() throws {
    let channels = (0..<6).map {
      TestSignal.rounded(TestSignal.sweep(seconds: 1.25, rate: rate, seed: UInt64($0)))
    }
    let file = try folder.write(SoundFile.wav(channels, rate: rate), as: "six.wav")
    let sound = try decode(file, rate: rate)
    for index in stride(from: 0, to: sound.samples.count, by: 97) {
      let mean = channels.reduce(0) { $0 + $1[index] } / 6
      #expect(sound.samples[index] == mean)
    }
  }
}
