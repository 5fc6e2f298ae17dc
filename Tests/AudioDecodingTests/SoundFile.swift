/// PCM containers written by hand, so that the walk that reads them is checked by another.
enum SoundFile {
  enum Sample: String, CaseIterable {
    case u8, s16, s24, s32, f32, f64

    var bytes: Int {
      switch self {
      case .u8: 1
      case .s16: 2
      case .s24: 3
      case .s32, .f32: 4
      case .f64: 8
      }
    }
    var isFloat: Bool { self == .f32 || self == .f64 }

    func encode(_ value: Float, bigEndian: Bool = false, signedBytes: Bool = false) -> [UInt8] {
      let little: [UInt8] =
        switch self {
        case .u8:
          [UInt8(truncatingIfNeeded: Int((value * 128).rounded()) + (signedBytes ? 0 : 128))]
        case .s16: le(UInt64(bitPattern: Int64((Double(value) * 32_768).rounded())), 2)
        case .s24: le(UInt64(bitPattern: Int64((Double(value) * 8_388_608).rounded())), 3)
        case .s32: le(UInt64(bitPattern: Int64((Double(value) * 2_147_483_648).rounded())), 4)
        case .f32: le(UInt64(value.bitPattern), 4)
        case .f64: le(Double(value).bitPattern, 8)
        }
      return bigEndian ? little.reversed() : little
    }
  }

  static func le(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  static func be(_ value: UInt64, _ count: Int) -> [UInt8] { le(value, count).reversed() }

  static func chunk(_ name: String, _ body: [UInt8], bigEndian: Bool = false) -> [UInt8] {
    let size = bigEndian ? be(UInt64(body.count), 4) : le(UInt64(body.count), 4)
    return Array(name.utf8) + size + body + (body.count % 2 == 1 ? [0] : [])
  }

  static func format(
    tag: Int, rate: Int, channels: Int, bits: Int, extensible: Bool = false
  ) -> [UInt8] {
    let block = channels * ((bits + 7) / 8)
    let head =
      le(UInt64(extensible ? 0xFFFE : tag), 2) + le(UInt64(channels), 2) + le(UInt64(rate), 4)
      + le(UInt64(rate &* block), 4) + le(UInt64(block), 2) + le(UInt64(bits), 2)
    guard extensible else { return head }
    let tail: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    return head + le(22, 2) + le(UInt64(bits), 2) + le(0, 4) + le(UInt64(tag), 2) + tail
  }

  /// The bytes of channels, sample by sample.
  static func interleave(
    _ channels: [[Float]], _ sample: Sample, bigEndian: Bool = false, signedBytes: Bool = false
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(channels.count * (channels.first?.count ?? 0) * sample.bytes)
    for index in 0..<(channels.first?.count ?? 0) {
      for channel in channels {
        bytes += sample.encode(channel[index], bigEndian: bigEndian, signedBytes: signedBytes)
      }
    }
    return bytes
  }

  static func wav(
    _ channels: [[Float]], rate: Int, _ sample: Sample = .s16, extensible: Bool = false,
    before: [UInt8] = [], after: [UInt8] = [], dataSize: UInt32? = nil
  ) -> [UInt8] {
    let data = interleave(channels, sample)
    let format = format(
      tag: sample.isFloat ? 3 : 1, rate: rate, channels: channels.count, bits: 8 * sample.bytes,
      extensible: extensible)
    let size = le(UInt64(dataSize ?? UInt32(data.count)), 4)
    let body =
      Array("WAVE".utf8) + chunk("fmt ", format) + before + Array("data".utf8) + size + data
      + (data.count % 2 == 1 ? [0] : []) + after
    return Array("RIFF".utf8) + le(UInt64(body.count), 4) + body
  }

  static func rf64(_ channels: [[Float]], rate: Int) -> [UInt8] {
    let data = interleave(channels, .s16)
    let sizes = le(0, 8) + le(UInt64(data.count), 8) + le(UInt64(data.count / 2), 8) + le(0, 4)
    let format = format(tag: 1, rate: rate, channels: channels.count, bits: 16)
    return Array("RF64".utf8) + le(0xFFFF_FFFF, 4) + Array("WAVE".utf8) + chunk("ds64", sizes)
      + chunk("fmt ", format) + Array("data".utf8) + le(0xFFFF_FFFF, 4) + data
      + chunk("LIST", Array("INFO".utf8))
  }

  static func w64(_ channels: [[Float]], rate: Int) -> [UInt8] {
    let tail: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
    func part(_ name: String, _ body: [UInt8]) -> [UInt8] {
      let padding = [UInt8](repeating: 0, count: (8 - body.count % 8) % 8)
      return Array(name.utf8) + tail + le(UInt64(body.count + 24), 8) + body + padding
    }
    let body =
      Array("wave".utf8) + tail
      + part("fmt ", format(tag: 1, rate: rate, channels: channels.count, bits: 16))
      + part("data", interleave(channels, .s16))
    let mark: [UInt8] = [
      0x72, 0x69, 0x66, 0x66, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0,
    ]
    return mark + le(UInt64(body.count + 24), 8) + body
  }

  /// A rate as the 80-bit float of AIFF.
  static func extended(_ rate: Int) -> [UInt8] {
    let shift = UInt64(rate).leadingZeroBitCount
    return be(UInt64(16_383 + 63 - shift), 2) + be(UInt64(rate) << UInt64(shift), 8)
  }

  static func aiff(
    _ channels: [[Float]], rate: Int, _ sample: Sample = .s16, compression: String? = nil,
    after: [UInt8] = []
  ) -> [UInt8] {
    let isLittle = compression == "sowt"
    let common =
      be(UInt64(channels.count), 2) + be(UInt64(channels.first?.count ?? 0), 4)
      + be(UInt64(8 * sample.bytes), 2) + extended(rate)
      + (compression.map { Array($0.utf8) + [0, 0] } ?? [])
    let data = interleave(channels, sample, bigEndian: !isLittle, signedBytes: true)
    let body =
      Array((compression == nil ? "AIFF" : "AIFC").utf8) + chunk("COMM", common, bigEndian: true)
      + chunk("SSND", be(0, 8) + data, bigEndian: true) + after
    return Array("FORM".utf8) + be(UInt64(body.count), 4) + body
  }

  static func caf(
    _ channels: [[Float]], rate: Int, _ sample: Sample, bigEndian: Bool, openEnded: Bool = false
  ) -> [UInt8] {
    let flags = (sample.isFloat ? 1 : 0) + (bigEndian ? 0 : 2)
    let block = UInt64(channels.count * sample.bytes)
    let description =
      be(Double(rate).bitPattern, 8) + Array("lpcm".utf8) + be(UInt64(flags), 4) + be(block, 4)
      + be(1, 4) + be(UInt64(channels.count), 4) + be(UInt64(8 * sample.bytes), 4)
    let data = be(0, 4) + interleave(channels, sample, bigEndian: bigEndian)
    let size = openEnded ? UInt64.max : UInt64(data.count)
    return Array("caff".utf8) + be(1, 2) + be(0, 2) + Array("desc".utf8) + be(32, 8) + description
      + Array("free".utf8) + be(5, 8) + [0, 0, 0, 0, 0] + Array("data".utf8) + be(size, 8) + data
  }
}
