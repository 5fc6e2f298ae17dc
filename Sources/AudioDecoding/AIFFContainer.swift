import FileAccess

/// AIFF and AIFC (Apple, "Audio Interchange File Format", 1989, and its AIFF-C draft, 1991).
package enum AIFFContainer {
  private struct Common {
    package let channels: Int
    package let bits: Int
    package let sampleRate: Double
    package let compression: String
  }

  package static func read(
    _ bytes: FileBytes, at origin: Int, limits: DecodingLimits
  ) throws(AudioDecodingError) -> PCMLayout {
    let isCompressedForm = try bytes.read(at: origin + 8, count: 4).has("AIFC")
    var common: Common?
    var sound: (range: Range<Int>, isCut: Bool)?
    var chunks = Chunks(bytes: bytes, position: origin + 12, isBigEndian: true)
    while common == nil || sound == nil, let chunk = try chunks.next() {
      switch chunk.name {
      case "COMM":
        let fields = try bytes.read(at: chunk.start, count: 22)
        guard fields.count >= 18 else { throw bytes.failure(.corrupt, .damagedPart("COMM chunk")) }
        let rate = extended(fields)
        let channels = Int(fields.big(0, 2))
        try limits.check(rate: rate, channels: channels, of: bytes)
        common = Common(
          channels: channels, bits: Int(fields.big(6, 2)), sampleRate: rate,
          compression: isCompressedForm
            ? String(decoding: fields[18...], as: UTF8.self) : "NONE")
      case "SSND":
        let skip = try bytes.read(at: chunk.start, count: 8).big(0, 4)
        let head = 8 + skip
        sound = PCMLayout.data(
          start: chunk.start + Int(head), length: chunk.length >= head ? chunk.length - head : 0,
          fileSize: bytes.size)
      default: break
      }
    }
    guard let common else { throw bytes.failure(.corrupt, .damagedPart("COMM chunk")) }
    let encoding = try Self.encoding(bytes, common)
    // A file without a sound chunk is allowed, and holds no sound.
    let data = sound ?? (bytes.size..<bytes.size, false)
    return PCMLayout(
      codec: .aiff, encoding: encoding, sampleRate: common.sampleRate, channels: common.channels,
      data: data.range, isCut: data.isCut)
  }

  private static func encoding(
    _ bytes: FileBytes, _ common: Common
  ) throws(AudioDecodingError) -> SampleEncoding {
    let width = (common.bits + 7) / 8
    let encoding: SampleEncoding? =
      switch common.compression {
      case "NONE", "twos": SampleEncoding(isFloat: false, bytes: width, isBigEndian: true)
      case "sowt": SampleEncoding(isFloat: false, bytes: width, isBigEndian: false)
      case "raw ": .u8
      case "in24": .s24be
      case "in32": .s32be
      case "42ni": .s24le
      case "23ni": .s32le
      case "fl32", "FL32": .f32be
      case "fl64", "FL64": .f64be
      default: nil
      }
    guard let encoding else {
      let name =
        switch common.compression {
        case "NONE", "twos", "sowt": "\(common.bits)-bit PCM"
        case "ima4": "ADPCM"
        case "alaw", "ALAW": "A-law"
        case "ulaw", "ULAW": "µ-law"
        case "MAC3", "MAC6": "MACE"
        case "GSM ": "GSM 6.10"
        case "G722", "G723", "G726", "G728": "G.72x"
        case "QDMC", "QDM2": "QDesign Music"
        default: "an unknown compression"
        }
      throw bytes.failure(.unsupportedFormat, .format(name + " in AIFF"))
    }
    return encoding
  }

  /// The 80-bit float at byte 8: sign and exponent (bias 16,383), then a 64-bit mantissa whose top
  /// bit is the integer one.
  private static func extended(_ fields: [UInt8]) -> Double {
    let exponent = Int(fields.big(8, 2))
    guard exponent & 0x8000 == 0, exponent < 0x7FFF else { return -1 }
    return Double(sign: .plus, exponent: exponent - 16_383 - 63, significand: 1)
      * Double(fields.big(10, 8))
  }
}
