import AudioDecoding
import AudioTags
import FileAccess
import TestSupport
import Testing

@Suite("Damaged files end as sound or as an error", .enabled(if: Encoded.hasEncoders))
struct DamageTests {
  @Test(
    "flipped, cut and filled files",
    arguments: ["mp3", "flac", "ogg", "opus", "wav", "aiff", "caf"])
  func mutants(_ kind: String) throws {
    let encoded = Encoded()
    let source = [TestSignal.sweep(seconds: 5, rate: 24_000)]
    let whole: [UInt8] =
      switch kind {
      case "mp3": try encoded.bytes(try encoded.mp3(source, rate: 24_000, ["-b", "32"]))
      case "flac": try encoded.bytes(try encoded.flac(source, rate: 24_000))
      case "ogg": try encoded.bytes(try encoded.vorbis(source, rate: 24_000))
      case "opus": try encoded.bytes(try encoded.opus(source, rate: 24_000))
      case "wav": SoundFile.wav(source, rate: 24_000)
      case "aiff": SoundFile.aiff(source, rate: 24_000)
      default: SoundFile.caf(source, rate: 24_000, .s16, bigEndian: false)
      }
    var random = SplitMix64(seed: 20)
    var decoded = 0
    for round in 0..<60 {
      var bytes = whole
      // Half the damage goes where the headers are.
      let reach = round % 2 == 0 ? min(bytes.count, 200) : bytes.count
      switch round % 3 {
      case 0:
        for _ in 0..<4 {
          bytes[Int(random.next() % UInt64(reach))] = UInt8(truncatingIfNeeded: random.next())
        }
      case 1: bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
      default:
        let start = Int(random.next() % UInt64(reach))
        for index in start..<min(bytes.count, start + 8) { bytes[index] = 0xFF }
      }
      let file = try ReadableFile(try encoded.folder.write(bytes, as: "mutant"))
      if let sound = try? AudioDecoder().decode(file) {
        decoded += 1
        #expect(!sound.samples.contains { !$0.isFinite })
        #expect(sound.samples.count >= 22_050)
      }
      _ = try? AudioIdentity.digest(of: file)
      _ = AudioTags.read(from: file)
    }
    // An Ogg page with one wrong byte is dropped whole, and short files have few pages.
    #expect(decoded > 0)
  }
}

@Suite("Libraries")
struct AudioLibrariesTests {
  @Test("every library says its version")
  func versions() {
    let versions = AudioLibraries.versions
    #expect(versions.map(\.name).contains("libmpg123"))
    #expect(versions.allSatisfy { $0.version.contains { $0.isNumber } }, "\(versions)")
  }
}
