import AudioDecoding
import AudioTags
import FileAccess
import TestSupport
import Testing

@Suite("Tags are what the file says and nothing else")
struct AudioTagsTests {
  let folder = TemporaryFolder()
  let wanted = AudioTags(
    title: "Ein Lied – 歌", artist: "Jemand & Söhne", album: "Das Album", genre: "Jazz", year: 1998,
    track: 7)

  private func read(_ bytes: [UInt8]) throws -> AudioTags {
    AudioTags.read(from: try ReadableFile(try folder.write(bytes, as: "sound")))
  }

  private func expect(_ tags: AudioTags, seconds: Double, _ wanted: AudioTags) {
    var found = tags
    found.seconds = nil
    #expect(found == wanted)
    #expect(abs((tags.seconds ?? 0) - seconds) < 0.1)
  }

  /// An ID3v2.4 tag of UTF-8 text frames.
  private func id3(_ fields: [(String, String)]) -> [UInt8] {
    func synchsafe(_ value: Int) -> [UInt8] {
      [21, 14, 7, 0].map { UInt8(value >> $0 & 0x7F) }
    }
    var frames: [UInt8] = []
    for (name, text) in fields {
      frames += Array(name.utf8) + synchsafe(text.utf8.count + 1) + [0, 0, 3] + Array(text.utf8)
    }
    return Array("ID3\u{4}\u{0}\u{0}".utf8) + synchsafe(frames.count) + frames
  }

  private var fullTag: [UInt8] {
    id3([
      ("TIT2", "Ein Lied – 歌"), ("TPE1", "Jemand & Söhne"), ("TALB", "Das Album"),
      ("TCON", "Jazz"), ("TDRC", "1998"), ("TRCK", "7/12"),
    ])
  }

  @Test("Vorbis comments of FLAC, Vorbis and Opus", .enabled(if: Encoded.hasEncoders))
  func comments() throws {
    let encoded = Encoded()
    let source = [TestSignal.sweep(seconds: 2, rate: 48_000)]
    let flags = [
      ("TITLE", "Ein Lied – 歌"), ("ARTIST", "Jemand & Söhne"), ("ALBUM", "Das Album"),
      ("GENRE", "Jazz"), ("DATE", "1998"), ("TRACKNUMBER", "7"),
    ]
    let flac = try encoded.flac(source, rate: 48_000, flags.map { "--tag=\($0)=\($1)" })
    let vorbis = try encoded.vorbis(
      source, rate: 48_000, ["--utf8"] + flags.flatMap { ["-c", "\($0)=\($1)"] })
    let opus = try encoded.opus(
      source, rate: 48_000, flags.flatMap { ["--comment", "\($0)=\($1)"] })
    for path in [flac, vorbis, opus] {
      expect(AudioTags.read(from: try ReadableFile(path)), seconds: 2, wanted)
    }
  }

  @Test("ID3 of MP3, old and new", .enabled(if: Encoded.hasEncoders))
  func mp3() throws {
    let encoded = Encoded()
    let source = [TestSignal.sweep(seconds: 2, rate: 44_100)]
    let plain = try encoded.bytes(try encoded.mp3(source, rate: 44_100, ["-b", "128"]))
    expect(try read(fullTag + plain), seconds: 2, wanted)
    let old = try encoded.bytes(
      try encoded.mp3(
        source, rate: 44_100,
        [
          "--id3v1-only", "--tt", "Old", "--ta", "Someone", "--tl", "Disc", "--ty", "1979", "--tn",
          "3",
        ]))
    expect(
      try read(old), seconds: 2,
      AudioTags(title: "Old", artist: "Someone", album: "Disc", year: 1979, track: 3))
    expect(try read(plain), seconds: 2, AudioTags())
  }

  @Test("ID3 chunks and text chunks of WAV and AIFF")
  func containers() throws {
    let source = [TestSignal.sweep(seconds: 2, rate: 8_000)]
    let wav = SoundFile.wav(source, rate: 8_000, after: SoundFile.chunk("id3 ", fullTag))
    expect(try read(wav), seconds: 2, wanted)
    let aiff = SoundFile.aiff(
      source, rate: 8_000, after: SoundFile.chunk("ID3 ", fullTag, bigEndian: true))
    expect(try read(aiff), seconds: 2, wanted)
    let list =
      Array("INFO".utf8) + SoundFile.chunk("INAM", Array("Name".utf8) + [0])
      + SoundFile.chunk("IART", [0x4A, 0xF6, 0x65]) + SoundFile.chunk("ICRD", Array("2004-05".utf8))
    expect(
      try read(SoundFile.wav(source, rate: 8_000, before: SoundFile.chunk("LIST", list))),
      seconds: 2,
      AudioTags(title: "Name", artist: "Jöe", year: 2004))
    let texts =
      SoundFile.chunk("NAME", Array("Name".utf8), bigEndian: true)
      + SoundFile.chunk("AUTH", Array("Author".utf8), bigEndian: true)
    expect(
      try read(SoundFile.aiff(source, rate: 8_000, after: texts)), seconds: 2,
      AudioTags(title: "Name", artist: "Author"))
  }

  /// The plays that a WAV file with such a frame in its ID3 chunk tells.
  private func plays(
    _ name: String, _ body: [UInt8], version: UInt8 = 4, flags: UInt8 = 0
  ) throws -> Int? {
    let size = UInt8(body.count)
    let header: [UInt8] = version == 2 ? [0, 0, size] : [0, 0, 0, size, 0, flags]
    // A title behind it shows that the walk goes on.
    let title: [UInt8] =
      version == 2
      ? Array("TT2".utf8) + [0, 0, 2, 0, 0x41] : Array("TIT2".utf8) + [0, 0, 0, 2, 0, 0, 0, 0x41]
    let frames = Array(name.utf8) + header + body + title
    let tag = Array("ID3".utf8) + [version, 0, 0, 0, 0, 0, UInt8(frames.count)] + frames
    let tags = try read(
      SoundFile.wav(
        [TestSignal.sweep(seconds: 1, rate: 8_000)], rate: 8_000,
        after: SoundFile.chunk("id3 ", tag)))
    #expect(tags.title == "A")
    return tags.plays
  }

  @Test("players' counts in ID3 tags are read, and what is none is not")
  func playCounts() throws {
    let popular = Array("player@example.org".utf8) + [0, 196]
    #expect(try plays("POPM", popular + [0, 0, 1, 2]) == 258)
    #expect(try plays("POPM", [0, 0, 7], version: 3) == 7)
    #expect(try plays("POP", [0x61, 0, 255, 0, 12], version: 2) == 12)
    #expect(try plays("PCNT", [0, 0, 0, 5]) == 5)
    #expect(try plays("CNT", [9], version: 2) == 9)
    #expect(try plays("PCNT", [0, 0, 0, 0]) == nil)
    #expect(try plays("PCNT", [255, 255, 255, 255, 255, 255, 255, 255, 255]) == nil)
    #expect(try plays("PCNT", []) == nil)
    #expect(try plays("POPM", popular) == nil)
    #expect(try plays("POPM", Array("nobody".utf8)) == nil)
    #expect(try plays("POPM", [0]) == nil)
    // Compressed.
    #expect(try plays("PCNT", [0, 0, 0, 5], flags: 8) == nil)
    #expect(try plays("PRIV", [0, 0, 0, 5]) == nil)
  }

  @Test(
    "players' counts in Vorbis comments are read, the greatest counts",
    .enabled(if: Encoded.hasEncoders))
  func playCountComments() throws {
    func plays(_ comments: String...) throws -> Int? {
      let encoded = Encoded()
      let source = [TestSignal.sweep(seconds: 1, rate: 48_000)]
      let flac = try encoded.flac(source, rate: 48_000, comments.map { "--tag=\($0)" })
      let opus = try encoded.opus(source, rate: 48_000, comments.flatMap { ["--comment", $0] })
      let found = try [flac, opus].map { AudioTags.read(from: try ReadableFile($0)).plays }
      #expect(found[0] == found[1])
      return found[0]
    }
    #expect(try plays("PLAYCOUNT=12") == 12)
    #expect(try plays("playcount=3", "FMPS_Playcount=14.0", "TITLE=99") == 14)
    #expect(try plays("Play_Counter=1") == 1)
    #expect(try plays("PLAYCOUNT=0", "PLAY_COUNTER=many", "PLAYCOUNT=-4") == nil)
    #expect(try plays("PLAYCOUNT=1e300", "PLAYCOUNT=inf", "PLAYCOUNT=nan") == nil)
    #expect(try plays("PLAYCOUNTER=4") == nil)
  }

  @Test("texts are one trimmed line of bounded length, and blank ones are absent")
  func cleaning() throws {
    func title(_ text: String) throws -> String? {
      let tag = id3([("TIT2", text), ("TPE1", " \t\n ")])
      let wav = SoundFile.wav(
        [TestSignal.sweep(seconds: 1, rate: 8_000)], rate: 8_000,
        after: SoundFile.chunk("id3 ", tag))
      let tags = try read(wav)
      #expect(tags.artist == nil)
      return tags.title
    }
    #expect(try title("  two\r\nlines\u{1B}[31m  ") == "two lines [31m")
    #expect(try title("a\u{202E}b\u{7}c") == "ab c")
    #expect(try title("") == nil)
    let long = try #require(try title(String(repeating: "long ", count: 5_000)))
    #expect(long.count <= AudioTags.longestText)
    let combining = try #require(try title("e" + String(repeating: "\u{301}", count: 100_000)))
    #expect(combining.unicodeScalars.count <= 4 * AudioTags.longestText)
  }

  @Test("fields over the limits and pictures are left out, the others are read")
  func limits() throws {
    let source = [TestSignal.sweep(seconds: 1, rate: 8_000)]
    func title(_ tag: [UInt8]) throws -> String? {
      try read(SoundFile.wav(source, rate: 8_000, after: SoundFile.chunk("id3 ", tag))).title
    }
    let many = [(String, String)](repeating: ("TXXX", "x"), count: TagLimits.maximumFields)
    #expect(try title(id3([("TIT2", "before")] + many)) == "before")
    #expect(try title(id3(many + [("TIT2", "behind")])) == nil)
    let big = String(repeating: "x", count: TagLimits.maximumBytes)
    #expect(try title(id3([("TXXX", big), ("TIT2", "behind")])) == "behind")
    #expect(try title(id3([("TIT2", big)])) == nil)
    #expect(
      try title(id3([("APIC", big + big), ("TIT2", "behind a picture")])) == "behind a picture")
  }

  @Test("what is no sound has no tags")
  func none() throws {
    #expect(try read([]) == AudioTags())
    #expect(try read(Array("title: none".utf8)) == AudioTags())
    #expect(try read(fullTag) == AudioTags())
  }
}
