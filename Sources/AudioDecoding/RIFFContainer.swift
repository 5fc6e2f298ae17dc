import FileAccess

/// RIFF WAVE and its 64-bit forms, followed from chunk to chunk (Microsoft's "Multimedia Programming
/// Interface and Data Specifications 1.0"; EBU Tech 3306 for RF64; Sony's "Wave64" for W64).
package enum RIFFContainer {
  package enum Content {
    case pcm(PCMLayout)
    /// A chunk of MPEG frames.
    case mpeg(Range<Int>)
  }

  private struct Format {
    package let tag: Int
    package let channels: Int
    package let sampleRate: Int
    package let blockBytes: Int
    package let bits: Int
  }

  /// The most chunks followed.
  package static let chunkLimit = 10_000

  package static func read(
    _ bytes: FileBytes, at origin: Int, codec: AudioCodec, limits: DecodingLimits
  ) throws(AudioDecodingError) -> Content {
    var format: Format?
    var longDataLength: UInt64?
    var chunks = Chunks(bytes: bytes, position: origin + 12, isWave64: codec == .w64)
    if codec == .w64 { chunks.position = origin + 40 }
    while let chunk = try chunks.next() {
      switch chunk.name {
      case "ds64":
        longDataLength = try bytes.read(at: chunk.start, count: 24).little(8, 8)
      case "fmt ":
        format = try Self.format(bytes, chunk)
        if let format { try check(bytes, format, limits) }
      case "data":
        guard let format else { throw bytes.failure(.corrupt, .damagedPart("fmt chunk")) }
        var length: UInt64? = chunk.length
        if codec != .w64 {
          if chunk.length >= 0xFFFF_FF00 { length = longDataLength }
          // A size of 0, of a program that was stopped, unless another chunk follows right away.
          if chunk.length == 0, try !chunks.isChunk(at: chunk.start) { length = nil }
        }
        return try content(bytes, format, codec, start: chunk.start, length: length)
      default: break
      }
    }
    throw bytes.failure(.corrupt, .damagedPart(format == nil ? "fmt chunk" : "data chunk"))
  }

  private static func format(
    _ bytes: FileBytes, _ chunk: Chunks.Chunk
  ) throws(AudioDecodingError) -> Format? {
    let fields = try bytes.read(at: chunk.start, count: Int(min(chunk.length, 40)))
    guard fields.count >= 16 else { throw bytes.failure(.corrupt, .damagedPart("fmt chunk")) }
    var tag = Int(fields.little(0, 2))
    // WAVE_FORMAT_EXTENSIBLE keeps the tag in the first two bytes of a GUID.
    if tag == 0xFFFE, fields.has(extensibleTail, at: 26) { tag = Int(fields.little(24, 2)) }
    return Format(
      tag: tag, channels: Int(fields.little(2, 2)), sampleRate: Int(fields.little(4, 4)),
      blockBytes: Int(fields.little(12, 2)), bits: Int(fields.little(14, 2)))
  }

  private static let extensibleTail: [UInt8] = [
    0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
  ]

  private static func check(
    _ bytes: FileBytes, _ format: Format, _ limits: DecodingLimits
  ) throws(AudioDecodingError) {
    guard format.tag == 1 || format.tag == 3 else { return }
    try limits.check(rate: Double(format.sampleRate), channels: format.channels, of: bytes)
  }

  private static func content(
    _ bytes: FileBytes, _ format: Format, _ codec: AudioCodec, start: Int, length: UInt64?
  ) throws(AudioDecodingError) -> Content {
    let data = PCMLayout.data(start: start, length: length, fileSize: bytes.size)
    switch format.tag {
    case 0x50, 0x55: return .mpeg(data.range)
    case 1, 3: break
    default: throw bytes.failure(.unsupportedFormat, .format(name(ofTag: format.tag) + " in WAV"))
    }
    // The width is that of a sample's room, which 20 bits and the like do not fill.
    let width = (format.bits + 7) / 8
    let room = format.channels > 0 ? format.blockBytes / format.channels : 0
    let sampleBytes = room * format.channels == format.blockBytes && room >= width ? room : width
    guard format.bits > 0,
      let encoding = SampleEncoding(
        isFloat: format.tag == 3, bytes: sampleBytes, isBigEndian: false, isUnsigned: true)
    else {
      let kind = format.tag == 3 ? "float" : "PCM"
      throw bytes.failure(.unsupportedFormat, .format("\(format.bits)-bit \(kind) in WAV"))
    }
    return .pcm(
      PCMLayout(
        codec: codec, encoding: encoding, sampleRate: Double(format.sampleRate),
        channels: format.channels, data: data.range, isCut: data.isCut))
  }

  /// The names of format tags (Microsoft's mmreg.h) that files really have.
  private static func name(ofTag tag: Int) -> String {
    switch tag {
    case 0x0002, 0x0010, 0x0011, 0x0014, 0x0020, 0x0036, 0x0062, 0x0064, 0x0200: "ADPCM"
    case 0x0006: "A-law"
    case 0x0007: "µ-law"
    case 0x0022: "TrueSpeech"
    case 0x0031: "GSM 6.10"
    case 0x0092, 0x2000: "AC-3"
    case 0x00FF, 0x1600, 0x1601, 0x1610: "AAC"
    case 0x0160...0x0163: "WMA"
    case 0x0270: "ATRAC3"
    case 0x2001: "DTS"
    case 0x566F, 0x674F...0x6771: "Vorbis"
    case 0xF1AC: "FLAC"
    default: "format tag \(tag)"
    }
  }
}

/// The chunks of a RIFF file, in order.
package struct Chunks {
  package struct Chunk {
    package let name: String
    /// The first byte of its contents.
    package let start: Int
    /// The length of its contents, as claimed.
    package let length: UInt64
  }

  package let bytes: FileBytes
  package var position: Int
  package var isWave64 = false
  package var isBigEndian = false
  private var followed = 0

  package init(bytes: FileBytes, position: Int, isWave64: Bool = false, isBigEndian: Bool = false) {
    self.bytes = bytes
    self.position = position
    self.isWave64 = isWave64
    self.isBigEndian = isBigEndian
  }

  /// The next chunk; nil at the end of the file.
  package mutating func next() throws(AudioDecodingError) -> Chunk? {
    followed += 1
    let headBytes = isWave64 ? 24 : 8
    guard followed <= RIFFContainer.chunkLimit,
      let head = try bytes.exactly(at: position, count: headBytes)
    else { return nil }
    let name = String(decoding: head[..<4], as: UTF8.self)
    let start = position + headBytes
    var length = isWave64 ? head.little(16, 8) : isBigEndian ? head.big(4, 4) : head.little(4, 4)
    if isWave64 { length = length >= 24 ? length - 24 : 0 }
    let step = min(length, UInt64(bytes.size))
    // Chunks begin at even places, in W64 at multiples of 8.
    position = start + Int(isWave64 ? (step + 7) / 8 * 8 : (step + 1) / 2 * 2)
    return Chunk(name: name, start: start, length: length)
  }

  /// Whether a whole chunk with a name of letters begins at `offset`.
  package func isChunk(at offset: Int) throws(AudioDecodingError) -> Bool {
    if offset >= bytes.size { return true }
    guard let head = try bytes.exactly(at: offset, count: 8) else { return false }
    let isName = head[..<4].allSatisfy { (0x20...0x7E).contains($0) }
    return isName && head.little(4, 4) <= UInt64(bytes.size - offset - 8)
  }
}

extension DecodingLimits {
  /// Refuses a rate or a channel count outside the limits, before anything is made for it.
  package func check(rate: Double, channels: Int, of bytes: FileBytes) throws(AudioDecodingError) {
    guard rate >= Double(sampleRates.lowerBound), rate <= Double(sampleRates.upperBound) else {
      throw bytes.failure(.limitExceeded, .sampleRate(rate, allowed: sampleRates))
    }
    guard self.channels.contains(channels) else {
      throw bytes.failure(.limitExceeded, .channels(channels, allowed: self.channels))
    }
  }
}
