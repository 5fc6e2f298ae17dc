import AudioDecoding
import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("Wrong input ends with its code and the true reason")
struct WrongInputTests {
  let folder = TemporaryFolder()
  let tone = TestSignal.sweep(seconds: 2, rate: 8_000)

  private func error(_ bytes: [UInt8], as name: String = "song.mp3") throws -> AudioDecodingError? {
    failure(try folder.write(bytes, as: name))
  }

  private func expect(
    _ bytes: [UInt8], _ code: AudioDecodingError.Code, _ context: AudioDecodingError.Context,
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let found = try error(bytes)
    #expect(found?.code == code, sourceLocation: place)
    #expect(found?.context == context, sourceLocation: place)
    #expect(found?.path.lastComponent == FilePath("song.mp3"), sourceLocation: place)
  }

  @Test("what is no file")
  func notFiles() throws {
    let missing = failure(folder.path.appending("missing.mp3"))
    #expect(missing?.code == .notFound)
    #expect(missing?.underlyingCode == ENOENT)
    let directory = folder.path.appending("folder.mp3")
    try FolderEntry.createFolders(directory)
    #expect(failure(directory)?.code == .unreadable)
    #expect(failure(directory)?.context == .notAFile(.folder))
    let pipe = folder.path.appending("pipe.mp3")
    #expect(mkfifo(pipe.string, 0o600) == 0)
    #expect(failure(pipe)?.context == .notAFile(.fifo))
    #expect(failure(FilePath("/dev/null"))?.context == .notAFile(.device))
    #expect(failure(FilePath("/dev/zero"))?.code == .unreadable)
  }

  @Test("a file that may not be read", .enabled(if: geteuid() != 0))
  func noPermission() throws {
    let file = try folder.write(SoundFile.wav([tone], rate: 8_000), as: "secret.wav")
    #expect(chmod(file.string, 0) == 0)
    #expect(failure(file)?.code == .unreadable)
    #expect(failure(file)?.context == .permissionDenied)
  }

  @Test("a refusal of the system is told as one")
  func refusal() {
    let refused = FileAccessError(
      code: .permissionDenied, operation: .open, path: FilePath("a"), systemCode: EACCES)
    #expect(
      AudioDecodingError(refused)
        == AudioDecodingError(
          .unreadable, path: FilePath("a"), context: .permissionDenied, underlyingCode: EACCES))
  }

  @Test("what is no sound")
  func notSound() throws {
    try expect([], .noSamples, .emptyFile)
    try expect(Array("just some words\n".utf8), .notAudio, .content(.text))
    try expect(Array("\u{FEFF}Übermäßig viele Wörter, ".utf8), .notAudio, .content(.text))
    try expect(Array(repeating: 0x61, count: 100_000), .notAudio, .content(.text))
    try expect(Array(" \n<!DOCTYPE html><html>404".utf8), .notAudio, .content(.html))
    try expect(
      [0xFF, 0xFE] + "Hello, you".utf16.flatMap { [UInt8($0), 0] }, .notAudio, .content(.text))
    try expect(
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], .notAudio,
      .content(.named("PNG picture")))
    try expect([UInt8](repeating: 0, count: 50_000), .notAudio, .content(.unknown))
    try expect([UInt8](repeating: 0xFF, count: 50_000), .notAudio, .content(.unknown))
    try expect([0], .notAudio, .content(.unknown))
  }

  @Test("noise is never taken for MPEG audio", arguments: 0..<8 as Range<UInt64>)
  func noise(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<200_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    #expect(try error([0, 1] + bytes)?.code == .notAudio)
  }

  @Test("sound in formats that are not decoded is named", arguments: Foreign.samples)
  func named(_ bytes: [UInt8], _ name: String) throws {
    try expect(bytes, .unsupportedFormat, .format(name))
  }

  @Test("an MP4 file's codec is found in its boxes")
  func mp4() throws {
    func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
      SoundFile.be(UInt64(body.count + 8), 4) + Array(name.utf8) + body
    }
    let cut = Array("esds".utf8)
    for (entry, body, name) in [
      ("mp4a", [0, 0, 0, 0], "AAC in MP4"), ("alac", [0, 0, 0, 0], "ALAC in MP4"),
      // The decoder's description ends with its mark.
      ("mp4a", cut, "AAC in MP4"), ("mp4a", cut + [0, 0, 0], "AAC in MP4"),
    ] {
      let description = [0, 0, 0, 0, 0, 0, 0, 1] + box(entry, body)
      let table = box("minf", box("smhd", []) + box("stbl", box("stsd", description)))
      let movie = box("moov", box("mvhd", [0]) + box("trak", box("mdia", table)))
      let file = box("ftyp", Array("M4A ".utf8)) + box("mdat", [1, 2, 3]) + movie
      try expect(file, .unsupportedFormat, .format(name))
    }
  }

  @Test("WAV codecs other than PCM are named")
  func codecs() throws {
    for (tag, name) in [(2, "ADPCM in WAV"), (0x11, "ADPCM in WAV"), (6, "A-law in WAV")] {
      let format = SoundFile.format(tag: tag, rate: 8_000, channels: 1, bits: 4)
      let body = Array("WAVE".utf8) + SoundFile.chunk("fmt ", format + [0, 0])
      let file =
        Array("RIFF".utf8) + [0, 0, 0, 0] + body
        + SoundFile.chunk("data", [UInt8](repeating: 7, count: 4_000))
      try expect(file, .unsupportedFormat, .format(name))
    }
  }

  @Test("rates and channel counts outside the limits", arguments: [1, 3_999, 768_001, 0x7FFF_FFFF])
  func rates(_ rate: Int) throws {
    try expect(
      SoundFile.wav([tone], rate: rate), .limitExceeded,
      .sampleRate(Double(rate), allowed: 4_000...768_000))
    try expect(
      SoundFile.aiff([tone], rate: rate), .limitExceeded,
      .sampleRate(Double(rate), allowed: 4_000...768_000))
    try expect(
      SoundFile.caf([tone], rate: rate, .f32, bigEndian: true), .limitExceeded,
      .sampleRate(Double(rate), allowed: 4_000...768_000))
  }

  @Test("more channels than anyone has", arguments: [0, 33, 1_024])
  func channels(_ count: Int) throws {
    let format = SoundFile.format(tag: 1, rate: 44_100, channels: count, bits: 16)
    let file =
      Array("RIFF\u{0}\u{0}\u{0}\u{0}WAVE".utf8) + SoundFile.chunk("fmt ", format)
      + SoundFile.chunk("data", [UInt8](repeating: 1, count: 65_536))
    try expect(file, .limitExceeded, .channels(count, allowed: 1...32))
  }

  @Test("silence, and the least that is not")
  func silence() throws {
    let none = [Float](repeating: 0, count: 16_000)
    try expect(SoundFile.wav([none], rate: 8_000), .silent, .peak(0))
    let faint = [Float](repeating: 0.9 / 32_768, count: 16_000)
    try expect(SoundFile.wav([faint], rate: 8_000, .f32), .silent, .peak(0.9 / 32_768))
    let heard = [Float](repeating: 1.0 / 32_768, count: 16_000)
    #expect(try error(SoundFile.wav([heard], rate: 8_000, .f32)) == nil)
  }

  @Test("samples that are no numbers", arguments: [Float.nan, .infinity, -.infinity])
  func notNumbers(_ value: Float) throws {
    var samples = tone
    samples[12_345] = value
    try expect(
      SoundFile.wav([samples], rate: 8_000, .f32), .corrupt, .nonFiniteSample(index: 12_345))
  }

  @Test("samples that are numbers and no sound")
  func excess() throws {
    var samples = tone
    samples[9] = -3e38
    try expect(
      SoundFile.wav([samples], rate: 8_000, .f32), .corrupt,
      .excessiveSample(index: 9, magnitude: 3e38))
    samples[9] = 32_768
    #expect(try error(SoundFile.wav([samples], rate: 8_000, .f32)) == nil)
  }

  @Test("too little sound, and just enough")
  func tooShort() throws {
    let almost = Array(tone[..<7_999])
    try expect(
      SoundFile.wav([almost], rate: 8_000), .tooShort, .seconds(7_999.0 / 8_000, needed: 1))
    #expect(try error(SoundFile.wav([Array(tone[..<8_000])], rate: 8_000)) == nil)
    // NaN comes before too short, too short before silent.
    try expect(SoundFile.wav([[.nan]], rate: 8_000, .f32), .corrupt, .nonFiniteSample(index: 0))
    try expect(SoundFile.wav([[0]], rate: 8_000), .tooShort, .seconds(1.0 / 8_000, needed: 1))
  }

  @Test("containers without sound and broken ones")
  func broken() throws {
    let empty = SoundFile.wav([[]], rate: 8_000, after: SoundFile.chunk("LIST", Array("INFO".utf8)))
    try expect(empty, .noSamples, .noAudioData)
    let whole = SoundFile.wav([tone], rate: 8_000)
    try expect(Array(whole[..<30]), .corrupt, .damagedPart("fmt chunk"))
    try expect(Array(whole[..<38]), .corrupt, .damagedPart("data chunk"))
    try expect(Array("fLaC".utf8) + [0x81, 0, 0, 0], .corrupt, .damagedPart("STREAMINFO block"))
    try expect(Array("caff".utf8) + [0, 1, 0, 0], .corrupt, .damagedPart("desc chunk"))
    try expect(Array("OggS".utf8) + [0, 2], .corrupt, .damagedPart("first Ogg page"))
  }
}

/// The first bytes of sound in formats that are not decoded, and their names.
private enum Foreign {
  static let samples: [([UInt8], String)] = {
    let page: [UInt8] = [0, 2] + [UInt8](repeating: 0, count: 20) + [1, 9]
    let oggFLAC = Array("OggS".utf8) + page + [0x7F] + Array("FLAC".utf8) + [1, 0, 0, 1]
    let asf: [UInt8] = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]
    return [
      ([0, 0, 0, 32] + Array("ftypM4A ".utf8), "a codec in MP4"),
      (asf, "WMA"),
      (Array("MThd\u{0}\u{0}\u{0}\u{6}".utf8), "MIDI"),
      (Array("wvpk\u{1}".utf8), "WavPack"),
      (Array("MAC \u{1}".utf8), "Monkey's Audio"),
      (Array("MPCK\u{1}".utf8), "Musepack"),
      (Array("DSD \u{1}".utf8), "DSD (DSF)"),
      ([0x1A, 0x45, 0xDF, 0xA3], "Matroska or WebM"),
      (oggFLAC, "FLAC in Ogg"),
    ]
  }()
}
