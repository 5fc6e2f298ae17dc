import AudioDecoding
import FileAccess
import Foundation
import MP3Encoding
import Testing

@Suite("Encoding MP3")
struct MP3EncoderTests {
  private func tone(sampleRate: Int, seconds: Double) -> [Float] {
    (0..<Int(Double(sampleRate) * seconds)).map {
      0.5 * Float(sin(2 * Double.pi * 440 * Double($0) / Double(sampleRate)))
    }
  }

  @Test(
    "What was encoded decodes to as many samples of nearly the same sound",
    arguments: [44_100, 22_050, 48_000, 8_000])
  func roundTrip(sampleRate: Int) throws {
    let samples = tone(sampleRate: sampleRate, seconds: 2)
    let bytes = try MP3Encoder.encode(samples, sampleRate: sampleRate, kilobitsPerSecond: 64)
    #expect(bytes.count < 2 * 64_000 / 8 + 4_000)
    let audio = try AudioDecoder(options: DecodingOptions(sampleRate: sampleRate, excerpt: .full))
      .decode(try UnnamedFile.holding(bytes))
    #expect(audio.info.codec == .mp3)
    #expect(audio.info.channels == 1)
    #expect(audio.samples.count == samples.count)
    let error = zip(audio.samples, samples).reduce(0.0) {
      $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
    }
    let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(error < 0.02 * power)
  }

  @Test("A rate that layer III has not becomes one that it has")
  func otherRate() throws {
    let bytes = try MP3Encoder.encode(
      tone(sampleRate: 96_000, seconds: 2), sampleRate: 96_000, kilobitsPerSecond: 64)
    let audio = try AudioDecoder(options: DecodingOptions(excerpt: .full))
      .decode(try UnnamedFile.holding(bytes))
    #expect(abs(audio.info.seconds - 2) < 0.1)
  }

  @Test("A bit rate that layer III has not is refused or replaced, never a crash")
  func strangeBitRate() {
    for rate in [-1, 0, 1, 10_000] {
      _ = try? MP3Encoder.encode(
        tone(sampleRate: 44_100, seconds: 0.1), sampleRate: 44_100, kilobitsPerSecond: rate)
    }
  }
}
