/// Kinds of files that are told by their first bytes and not decoded.
enum ForeignFormat {
  /// The name of a format of sound, some of which takes a further look.
  enum Name {
    case plain(String)
    case mp4

    func resolved(_ bytes: FileBytes, at start: Int) throws(AudioDecodingError) -> String {
      switch self {
      case .plain(let name): name
      case .mp4: try MP4Codec.name(bytes, from: start) + " in MP4"
      }
    }
  }

  private struct Mark {
    let offset: Int
    let bytes: [UInt8]
    let name: String

    init(_ text: String, at offset: Int = 0, _ name: String) {
      self.init(Array(text.utf8), at: offset, name)
    }

    init(_ bytes: [UInt8], at offset: Int = 0, _ name: String) {
      self.offset = offset
      self.bytes = bytes
      self.name = name
    }
  }

  static func soundName(_ head: [UInt8]) -> Name? {
    if head.has("ftyp", at: 4) { return .mp4 }
    if let mark = sounds.first(where: { head.has($0.bytes, at: $0.offset) }) {
      return .plain(mark.name)
    }
    if isADTS(head) { return .plain("AAC in ADTS") }
    // A transport stream is packets of 188 bytes that begin with a sync byte.
    if head.count > 4 * 188, (0...4).allSatisfy({ head[188 * $0] == 0x47 }) {
      return .plain("MPEG transport stream")
    }
    return nil
  }

  static func content(_ head: [UInt8]) -> ForeignContent? {
    if let mark = others.first(where: { head.has($0.bytes, at: $0.offset) }) {
      return .named(mark.name)
    }
    return text(head)
  }

  private static let sounds: [Mark] = [
    Mark([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], "WMA"),
    Mark([0x1A, 0x45, 0xDF, 0xA3], "Matroska or WebM"),
    Mark("RIFX", "big-endian WAV (RIFX)"),
    Mark("AVI ", at: 8, "AVI video"),
    Mark("CDXA", at: 8, "CD-XA video"),
    Mark("8SVX", at: 8, "8SVX"),
    Mark("MThd", "MIDI"),
    Mark("RMID", at: 8, "MIDI"),
    Mark("MPCK", "Musepack"),
    Mark("MP+", "Musepack"),
    Mark("wvpk", "WavPack"),
    Mark("MAC ", "Monkey's Audio"),
    Mark("DSD ", "DSD (DSF)"),
    Mark("FRM8", "DSD (DSDIFF)"),
    Mark("TTA1", "True Audio"),
    Mark("TTA2", "True Audio"),
    Mark("OFR ", "OptimFROG"),
    Mark("LA0", "Lossless Audio"),
    Mark("ajkg", "Shorten"),
    Mark("#!AMR", "AMR"),
    Mark(".snd", "AU"),
    Mark("ADIF", "AAC in ADIF"),
    Mark("FLV\u{01}", "Flash video"),
    Mark(".RMF", "RealMedia"),
    Mark([0x2E, 0x72, 0x61, 0xFD], "RealAudio"),
    Mark("Creative Voice File", "VOC"),
    Mark("NIST_1A", "NIST SPHERE"),
    Mark("2BIT", "AVR"),
    Mark([0x64, 0xA3], "IRCAM sound"),
    Mark("TWIN97012000", "TwinVQ"),
    Mark("Extended Module: ", "XM tracker module"),
    Mark("IMPM", "IT tracker module"),
    Mark("SCRM", at: 44, "S3M tracker module"),
    Mark("M.K.", at: 1_080, "MOD tracker module"),
    Mark([0x0B, 0x77], "AC-3"),
    Mark([0x7F, 0xFE, 0x80, 0x01], "DTS"),
    Mark([0x00, 0x00, 0x01, 0xBA], "MPEG video"),
    Mark([0x00, 0x00, 0x01, 0xB3], "MPEG video"),
  ]

  private static let others: [Mark] = [
    Mark([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "PNG picture"),
    Mark([0xFF, 0xD8, 0xFF], "JPEG picture"),
    Mark("GIF8", "GIF picture"),
    Mark("WEBP", at: 8, "WebP picture"),
    Mark("%PDF-", "PDF document"),
    Mark("PK\u{03}\u{04}", "ZIP archive"),
    Mark([0x1F, 0x8B], "gzip archive"),
    Mark("BZh", "bzip2 archive"),
    Mark([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz archive"),
    Mark([0x28, 0xB5, 0x2F, 0xFD], "Zstandard archive"),
    Mark([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7-Zip archive"),
    Mark("Rar!", "RAR archive"),
    Mark([0x7F, 0x45, 0x4C, 0x46], "program"),
    Mark("SQLite format 3", "SQLite database"),
  ]

  /// AAC's own frames: an MPEG sync with layer 0, and the next one where the length says.
  private static func isADTS(_ head: [UInt8]) -> Bool {
    func isSync(_ at: Int) -> Bool { head.big(at, 2) & 0xFFF6 == 0xFFF0 }
    let length = Int(head.big(3, 3) >> 5 & 0x1FFF)
    return isSync(0) && length > 7 && isSync(length)
  }

  /// Whether the bytes are text, and of which kind.
  private static func text(_ head: [UInt8]) -> ForeignContent? {
    if isUTF16(head) { return .text }
    // A character may be cut by the end of what was read.
    let whole = head.count < 4_096 ? head[...] : head.dropLast(4)
    let isControl = { (byte: UInt8) in byte < 0x20 && !(8...13).contains(byte) && byte != 0x1B }
    guard !whole.contains(where: isControl), !whole.contains(0x7F) else { return nil }
    let text = String(decoding: whole, as: UTF8.self)
    let isUTF8 = text.utf8.elementsEqual(whole) || isWhole(whole)
    // Older encodings have bytes over 127 in places that are not UTF-8: mostly plain letters decide.
    guard isUTF8 || whole.count(where: { $0 < 0x80 }) * 10 >= whole.count * 9 else { return nil }
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.prefix(64).lowercased()
    let marks = ["<!doctype html", "<html", "<head", "<body", "<!--", "<title", "<script", "<meta"]
    return marks.contains(where: start.hasPrefix) ? .html : .text
  }

  private static func isWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
    (0..<4).contains { cut in
      let part = bytes.dropLast(cut)
      return String(decoding: part, as: UTF8.self).utf8.elementsEqual(part)
    }
  }

  /// A byte order mark, and every second byte of the first ones zero or a letter's.
  private static func isUTF16(_ head: [UInt8]) -> Bool {
    guard head.has([0xFF, 0xFE]) || head.has([0xFE, 0xFF]), head.count % 2 == 0 else {
      return false
    }
    let high = head[0] == 0xFF ? 1 : 0
    let units = stride(from: 2, to: min(head.count, 256), by: 2)
    return units.allSatisfy { head[$0 + high] < 0x20 || head[$0 + high] >= 0x30 }
      && units.contains { head[$0 + high] == 0 }
  }
}

/// The codec inside an MP4 file, for the message only.
enum MP4Codec {
  /// Walks to the first sample description of a sound track (ISO 14496-12 sections 8.1 to 8.5).
  static func name(_ bytes: FileBytes, from start: Int) throws(AudioDecodingError) -> String {
    try search(bytes, start..<bytes.size, depth: 0) ?? "a codec"
  }

  private static let path = ["moov", "trak", "mdia", "minf", "stbl", "stsd"]

  private static func search(
    _ bytes: FileBytes, _ range: Range<Int>, depth: Int
  ) throws(AudioDecodingError) -> String? {
    var position = range.lowerBound
    for _ in 0..<1_000 {
      let head = try bytes.read(at: position, count: 16)
      guard head.count >= 8 else { return nil }
      let short = head.big(0, 4)
      let length = short == 1 ? head.big(8, 8) : short == 0 ? UInt64(bytes.size) : short
      guard length >= 8 else { return nil }
      let end = position + Int(min(length, UInt64(range.upperBound - position)))
      let body = position + (short == 1 ? 16 : 8)
      if head.has(Array(path[depth].utf8), at: 4), body < end {
        if depth == path.count - 1 {
          let entry = try bytes.read(at: body + 12, count: 256)
          if let name = codec(entry) { return name }
        } else if let name = try search(bytes, body..<end, depth: depth + 1) {
          return name
        }
      }
      if end <= position || end >= range.upperBound { return nil }
      position = end
    }
    return nil
  }

  private static func codec(_ entry: [UInt8]) -> String? {
    switch String(decoding: entry.prefix(4), as: UTF8.self) {
    case "mp4a": holdsMPEGAudio(entry) ? "MPEG audio" : "AAC"
    case "alac": "ALAC"
    case "Opus": "Opus"
    case "fLaC": "FLAC"
    case "ac-3", "ec-3": "AC-3"
    case ".mp3": "MPEG audio"
    case "samr", "sawb": "AMR"
    case "drms", "enca": "encrypted AAC"
    default: nil
    }
  }

  /// Whether the decoder description (ISO 14496-1 section 7.2.6.6, tag 4) names MPEG-1 or MPEG-2
  /// audio, object types 0x6B and 0x69, and not AAC.
  private static func holdsMPEGAudio(_ entry: [UInt8]) -> Bool {
    guard let mark = entry.indices.first(where: { entry.has("esds", at: $0) }) else { return false }
    // Lengths may be padded with bytes of 0x80; tag 3 has three bytes before tag 4.
    let fields = entry.dropFirst(mark + 8).filter { $0 != 0x80 }
    return fields.count > 7 && fields[0] == 3 && fields[5] == 4
      && (fields[7] == 0x6B || fields[7] == 0x69)
  }
}
