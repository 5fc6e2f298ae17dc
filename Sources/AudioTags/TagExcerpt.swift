import AudioDecoding
import FileAccess

/// The parts of a file that hold its tags, joined to a small file that TagLib reads as one of the
/// same format. Sizes are checked here, before TagLib sees a byte.
struct TagExcerpt {
  enum Kind {
    case mpeg, flac
  }

  enum Field {
    case title, artist, album, genre, date, track
  }

  private(set) var kind = Kind.mpeg
  /// What TagLib reads; empty when there is no tag.
  private(set) var bytes: [UInt8] = []
  /// Texts that containers hold in chunks of their own, undecoded but for UTF-8.
  private(set) var texts: [Field: String] = [:]
  /// How often it was played.
  private(set) var plays: Int?

  init(_ file: FileBytes, _ format: SoundFormat) throws(AudioDecodingError) {
    switch format {
    case .mpeg(let stream):
      try takeID3(file, at: 0)
      // Two frames or so keep TagLib sure that it reads MPEG audio.
      bytes += try file.read(at: stream.range.lowerBound, count: 4_096)
      let tail = stream.range.upperBound..<file.size
      if tail.count <= TagLimits.maximumBytes {
        bytes += try file.read(at: tail.lowerBound, count: tail.count)
      }
      if stream.range.lowerBound > 12 { try takeRIFF(file, codec: .wav) }
    case .pcm(let layout):
      switch layout.codec {
      case .wav, .rf64: try takeRIFF(file, codec: layout.codec)
      case .aiff: try takeAIFF(file)
      default: break
      }
    case .flac(let stream):
      kind = .flac
      try takeFLAC(file, stream)
    case .ogg(let stream):
      try takeOgg(file, stream)
    }
  }

  /// Takes the text frames of the ID3v2 tag at a place: those whose name begins with T. Pictures,
  /// which can be larger than the music, are not even read.
  ///
  /// A tag that is scrambled as a whole (unsynchronisation) or has an extended header cannot be
  /// walked like this and is taken whole, if it is within the limits.
  private mutating func takeID3(_ file: FileBytes, at offset: Int) throws(AudioDecodingError) {
    guard let length = try TagExtent.id3v2(file, at: offset),
      let header = try file.exactly(at: offset, count: 10)
    else { return }
    if header[5] & 0xC0 != 0 {
      guard length <= TagLimits.maximumBytes,
        let tag = try file.exactly(at: offset, count: length)
      else { return }
      if Self.fieldCount(tag) <= TagLimits.maximumFields { bytes += tag }
      return
    }
    let frames = try takeFrames(
      file, in: (offset + 10)..<(offset + length), version: header[3])
    guard !frames.isEmpty else { return }
    // The same version, no flags, and the new length in four groups of seven bits (ID3v2.4 6.2).
    bytes += header[..<5] + [0]
    bytes += [21, 14, 7, 0].map { UInt8(frames.count >> $0 & 0x7F) }
    bytes += frames
  }

  /// The frames of an ID3v2 tag, by their sizes as they stand.
  private static func fieldCount(_ tag: [UInt8]) -> Int {
    let headerLength = tag[3] == 2 ? 6 : 10
    var place = 10
    var fields = 0
    while place + headerLength <= tag.count, tag[place] != 0 {
      place += headerLength + frameSize(Array(tag[place..<(place + headerLength)]), version: tag[3])
      fields += 1
    }
    return fields
  }

  /// The length of a frame without its header.
  private static func frameSize(_ header: [UInt8], version: UInt8) -> Int {
    switch version {
    case 2: Int(header.big(3, 3))
    case 4: header.synchsafe(4) ?? Int(header.big(4, 4))
    default: Int(header.big(4, 4))
    }
  }

  /// The text frames in a range of a file, headers included, as far as they are within the limits. Those
  /// that count plays are taken down.
  private mutating func takeFrames(
    _ file: FileBytes, in range: Range<Int>, version: UInt8
  ) throws(AudioDecodingError) -> [UInt8] {
    let headerLength = version == 2 ? 6 : 10
    var frames: [UInt8] = []
    var place = range.lowerBound
    for _ in 0..<TagLimits.maximumFields {
      guard let header = try file.exactly(at: place, count: headerLength), header[0] != 0 else {
        break
      }
      let size = Self.frameSize(header, version: version)
      let end = place + headerLength + size
      guard end <= range.upperBound else { break }
      if PlayCounts.isCounter(header), size <= PlayCounts.longestFrame,
        let frame = try file.exactly(at: place, count: headerLength + size),
        let count = PlayCounts.count(id3: frame, headerLength: headerLength)
      {
        plays = max(plays ?? 0, count)
      }
      if header[0] == UInt8(ascii: "T"),
        frames.count + headerLength + size <= TagLimits.maximumBytes,
        let frame = try file.exactly(at: place, count: headerLength + size)
      {
        frames += frame
      }
      place = end
    }
    return frames
  }

  /// Takes FLAC's comments without its pictures and other blocks.
  private mutating func takeFLAC(
    _ file: FileBytes, _ stream: FLACStream
  ) throws(AudioDecodingError) {
    guard let place = stream.comment, place.count <= TagLimits.maximumBytes else {
      return
    }
    let comment = try file.read(at: place.lowerBound, count: place.count)
    guard Self.commentCount(comment, at: 0) <= TagLimits.maximumFields else { return }
    bytes = Array("fLaC".utf8) + [0, 0, 0, 34] + stream.streamInfo
    bytes += [0x84] + [16, 8, 0].map { UInt8(truncatingIfNeeded: place.count >> $0) } + comment
    plays = PlayCounts.count(vorbis: comment, at: 0)
    // TagLib wants a frame to follow.
    bytes += try file.read(at: stream.audioStart, count: 64)
  }

  /// How many comments a Vorbis comment header claims (Vorbis I specification, section 5.2.1).
  private static func commentCount(_ header: [UInt8], at start: Int) -> Int {
    let vendor = Int(header.little(start, 4))
    return Int(header.little(start + 4 + vendor, 4))
  }

  /// Takes the pages of the header packets. Opus's comment header differs from Vorbis's in its mark
  /// alone, and this TagLib's C binding has no type for Opus, so it is handed over as Vorbis's.
  private mutating func takeOgg(
    _ file: FileBytes, _ stream: OggStream
  ) throws(AudioDecodingError) {
    var packets: [[UInt8]] = []
    var packet: [UInt8] = []
    var offset = stream.range.lowerBound
    var taken = 0
    while packets.count < 2, taken <= TagLimits.maximumBytes,
      let page = try OggPage(file, at: offset, before: stream.range.upperBound)
    {
      offset = page.body.upperBound
      guard page.serial == stream.serial else { continue }
      let body = try file.read(at: page.body.lowerBound, count: page.body.count)
      taken += body.count + 27
      var place = 0
      for size in page.lacing where place + Int(size) <= body.count {
        packet += body[place..<(place + Int(size))]
        place += Int(size)
        if size < 255 {
          packets.append(packet)
          packet = []
        }
      }
    }
    guard packets.count >= 2 else { return }
    let mark: StaticString = stream.codec == .opus ? "OpusTags" : "\u{03}vorbis"
    let comment = packets[1]
    guard comment.has(mark) else { return }
    let start = mark.utf8CodeUnitCount
    guard Self.commentCount(comment, at: start) <= TagLimits.maximumFields else { return }
    plays = PlayCounts.count(vorbis: comment, at: start)
    // As a FLAC comment block, which is the same but for the framing bit at the end.
    kind = .flac
    let body = comment[start...]
    guard body.count < 1 << 24 else { return }
    bytes = Array("fLaC".utf8) + [0, 0, 0, 34] + Self.plainStreamInfo
    bytes += [0x84] + [16, 8, 0].map { UInt8(truncatingIfNeeded: body.count >> $0) } + body
    bytes += [0xFF, 0xF8, 0, 0]
  }

  /// A streaminfo block of 44,100 Hz, mono, 16 bits, for comments that come from elsewhere.
  private static let plainStreamInfo: [UInt8] =
    [16, 0, 16, 0] + [0, 0, 0, 0, 0, 0] + [0x0A, 0xC4, 0x40, 0xF0] + [0, 0, 0, 0]
    + [UInt8](repeating: 0, count: 16)

  /// Takes a WAV file's ID3 chunk and the texts of its LIST INFO chunk.
  private mutating func takeRIFF(
    _ file: FileBytes, codec: AudioCodec
  ) throws(AudioDecodingError) {
    let start = try TagExtent.afterLeadingTags(file)
    guard try file.read(at: start, count: 4).has("RIFF") || codec == .rf64 else { return }
    var chunks = Chunks(bytes: file, position: start + 12)
    while let chunk = try chunks.next() {
      switch chunk.name {
      case "id3 ", "ID3 ": try takeID3Chunk(file, chunk)
      case "LIST" where chunk.length <= UInt64(TagLimits.maximumBytes):
        try takeInfo(try file.read(at: chunk.start, count: Int(chunk.length)))
      default: break
      }
    }
  }

  private mutating func takeInfo(_ list: [UInt8]) throws(AudioDecodingError) {
    guard list.has("INFO") else { return }
    var place = 4
    while place + 8 <= list.count {
      let size = Int(list.little(place + 4, 4))
      let text = list[(place + 8)..<min(list.count, place + 8 + size)].prefix { $0 != 0 }
      let fields: [String: Field] = [
        "INAM": .title, "IART": .artist, "IPRD": .album, "IGNR": .genre, "ICRD": .date,
        "ITRK": .track, "IPRT": .track,
      ]
      if let field = fields[String(decoding: list[place..<(place + 4)], as: UTF8.self)] {
        set(field, text)
      }
      place += 8 + (size + 1) / 2 * 2
    }
  }

  /// Takes an AIFF file's ID3 chunk and its own text chunks.
  private mutating func takeAIFF(_ file: FileBytes) throws(AudioDecodingError) {
    let start = try TagExtent.afterLeadingTags(file)
    var chunks = Chunks(bytes: file, position: start + 12, isBigEndian: true)
    while let chunk = try chunks.next() {
      switch chunk.name {
      case "ID3 ", "id3 ": try takeID3Chunk(file, chunk)
      case "NAME", "AUTH":
        let text = try file.read(at: chunk.start, count: Int(min(chunk.length, 4_096)))
        set(chunk.name == "NAME" ? .title : .artist, text.prefix { $0 != 0 })
      default: break
      }
    }
  }

  private mutating func takeID3Chunk(
    _ file: FileBytes, _ chunk: Chunks.Chunk
  ) throws(AudioDecodingError) {
    guard bytes.isEmpty else { return }
    try takeID3(file, at: chunk.start)
    // TagLib takes a file for MPEG audio when a frame follows the tag.
    if !bytes.isEmpty { bytes += Self.emptyFrames }
  }

  /// Two frames of MPEG-1 layer III at 32 kbit/s, without sound.
  private static let emptyFrames: [UInt8] = {
    let frame: [UInt8] = [0xFF, 0xFB, 0x10, 0xC0] + [UInt8](repeating: 0, count: 100)
    return frame + frame
  }()

  /// Keeps the first text of a field; bytes that are not UTF-8 are taken for Latin-1, as RIFF and
  /// AIFF files of old have them.
  private mutating func set(_ field: Field, _ text: ArraySlice<UInt8>) {
    guard texts[field] == nil, !text.isEmpty else { return }
    let decoded = String(decoding: text, as: UTF8.self)
    texts[field] =
      decoded.utf8.elementsEqual(text)
      ? decoded : String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) }))
  }
}
