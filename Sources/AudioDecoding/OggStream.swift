import FileAccess

/// Ogg pages (RFC 3533), followed without decoding them.
package struct OggPage {
  package static let mark: StaticString = "OggS"

  package let offset: Int
  package let flags: UInt8
  package let granule: Int64
  package let serial: UInt32
  /// The sizes of the segments: 255 means that the packet goes on.
  package let lacing: [UInt8]

  package var headerBytes: Int { 27 + lacing.count }
  package var body: Range<Int> {
    let start = offset + headerBytes
    return start..<(start + lacing.reduce(0) { $0 + Int($1) })
  }
  package var isFirstOfStream: Bool { flags & 2 != 0 }
  package var isLastOfStream: Bool { flags & 4 != 0 }

  /// The page at `offset`, or nil when there is none or its header is cut: nothing of it is looked for
  /// from `end` on, where tags may stand.
  package init?(
    _ bytes: FileBytes, at offset: Int, before end: Int
  ) throws(AudioDecodingError) {
    let head = try bytes.read(at: offset, count: max(0, min(27 + 255, end - offset)))
    guard head.count >= 27, head.has(Self.mark), head[4] == 0 else { return nil }
    let segments = Int(head[26])
    guard head.count >= 27 + segments else { return nil }
    self.offset = offset
    flags = head[5]
    granule = Int64(bitPattern: head.little(6, 8))
    serial = UInt32(head.little(14, 4))
    lacing = Array(head[27..<(27 + segments)])
  }

  /// What tells a codec: the first bytes of the body, as far as they stand before `end`.
  package func beginning(
    _ bytes: FileBytes, before end: Int
  ) throws(AudioDecodingError) -> [UInt8] {
    let start = body.lowerBound
    return try bytes.read(at: start, count: max(0, min(body.count, 64, end - start)))
  }

  /// The next place from `offset` on where the mark stands.
  package static func find(
    _ bytes: FileBytes, from offset: Int, before end: Int
  ) throws(AudioDecodingError) -> Int? {
    var place = offset
    while place < end {
      let block = try bytes.read(at: place, count: min(1 << 16, end - place))
      if block.count < 4 { return nil }
      for at in 0...(block.count - 4) where block[at] == 0x4F && block.has(mark, at: at) {
        return place + at
      }
      place += block.count - 3
    }
    return nil
  }
}

/// The one stream of sound in an Ogg file.
package struct OggStream {
  package enum Codec {
    case vorbis, opus

    /// The packets before the sound: identification, comment, and Vorbis's set-up.
    package var headerPackets: Int { self == .vorbis ? 3 : 2 }

    package var audioCodec: AudioCodec { self == .vorbis ? .vorbis : .opus }

    /// Tells a stream's first packet.
    package init?(firstPacket: [UInt8]) {
      if firstPacket.has("\u{01}vorbis") {
        self = .vorbis
      } else if firstPacket.has("OpusHead") {
        self = .opus
      } else {
        return nil
      }
    }
  }

  package let codec: Codec
  package let serial: UInt32
  package let range: Range<Int>
  package let sampleRate: Int
  package let channels: Int
  /// The length by the last page's position, as claimed.
  package let claimedSeconds: Double?
  /// Whether the last page says that it is the last.
  package let isFinished: Bool

  package init(_ bytes: FileBytes, range: Range<Int>, limits: DecodingLimits)
    throws(AudioDecodingError)
  {
    self.range = range
    var offset = range.lowerBound
    var foreign: String?
    var found: (codec: Codec, serial: UInt32, packet: [UInt8])?
    // All first pages stand before any other page.
    for _ in 0..<64 {
      guard let page = try OggPage(bytes, at: offset, before: range.upperBound),
        page.isFirstOfStream
      else { break }
      let packet = try page.beginning(bytes, before: range.upperBound)
      if let codec = Codec(firstPacket: packet) {
        if found == nil { found = (codec, page.serial, packet) }
      } else {
        foreign = foreign ?? Self.foreignName(packet)
      }
      offset = page.body.upperBound
    }
    guard let found else {
      if let foreign { throw bytes.failure(.unsupportedFormat, .format(foreign + " in Ogg")) }
      throw bytes.failure(.corrupt, .damagedPart("first Ogg page"))
    }
    codec = found.codec
    serial = found.serial
    switch found.codec {
    case .vorbis:
      channels = Int(found.packet.little(11, 1))
      sampleRate = Int(found.packet.little(12, 4))
    case .opus:
      channels = Int(found.packet.little(9, 1))
      sampleRate = 48_000
    }
    try limits.check(rate: Double(sampleRate), channels: channels, of: bytes)
    let last = try Self.lastPage(bytes, range: range, serial: found.serial)
    isFinished = last?.isLastOfStream ?? false
    let skip = found.codec == .opus ? Int64(found.packet.little(10, 2)) : 0
    let rate = sampleRate
    claimedSeconds = last.flatMap { page in
      page.granule > skip ? Double(page.granule - skip) / Double(rate) : nil
    }
  }

  /// The last page of the stream that has a position, looked for in the file's last 128 KiB, which
  /// any page fits twice.
  private static func lastPage(
    _ bytes: FileBytes, range: Range<Int>, serial: UInt32
  ) throws(AudioDecodingError) -> OggPage? {
    var place: Int? = max(range.lowerBound, range.upperBound - (1 << 17))
    var last: OggPage?
    while let from = place,
      let offset = try OggPage.find(bytes, from: from, before: range.upperBound)
    {
      if let page = try OggPage(bytes, at: offset, before: range.upperBound),
        page.body.upperBound <= range.upperBound
      {
        if page.serial == serial, page.granule >= 0 { last = page }
        place = page.body.upperBound
      } else {
        place = offset + 4
      }
    }
    return last
  }

  private static func foreignName(_ packet: [UInt8]) -> String? {
    if packet.has("\u{7F}FLAC") { return "FLAC" }
    if packet.has("Speex   ") { return "Speex" }
    if packet.has([0x80] + Array("theora".utf8)) { return "Theora video" }
    if packet.has("CELT    ") { return "CELT" }
    if packet.has("BBCD") { return "Dirac video" }
    if packet.has("OVP80") { return "VP8 video" }
    if packet.has("fLaC") { return "FLAC" }
    if packet.has("fishead") { return nil }
    return "an unknown codec"
  }
}
