import FileAccess

/// Core Audio Format (Apple, "Core Audio Format Specification 1.0").
package enum CAFContainer {
  package static func read(
    _ bytes: FileBytes, at origin: Int, limits: DecodingLimits
  ) throws(AudioDecodingError) -> PCMLayout {
    var position = origin + 8
    var description: (encoding: SampleEncoding, rate: Double, channels: Int)?
    for _ in 0..<RIFFContainer.chunkLimit {
      guard let head = try bytes.exactly(at: position, count: 12) else { break }
      let length = head.big(4, 8)
      let start = position + 12
      if head.has("desc") {
        description = try Self.description(bytes, at: start, limits)
      } else if head.has("data") {
        guard let description else { throw bytes.failure(.corrupt, .damagedPart("desc chunk")) }
        // A length of -1 is a file that was never finished; the first four bytes count edits.
        let data = PCMLayout.data(
          start: start + 4, length: length == UInt64.max ? nil : length >= 4 ? length - 4 : 0,
          fileSize: bytes.size)
        return PCMLayout(
          codec: .caf, encoding: description.encoding, sampleRate: description.rate,
          channels: description.channels, data: data.range, isCut: data.isCut)
      }
      guard length <= UInt64(bytes.size) else { break }
      position = start + Int(length)
    }
    throw bytes.failure(.corrupt, .damagedPart(description == nil ? "desc chunk" : "data chunk"))
  }

  private static func description(
    _ bytes: FileBytes, at start: Int, _ limits: DecodingLimits
  ) throws(AudioDecodingError) -> (SampleEncoding, Double, Int) {
    guard let fields = try bytes.exactly(at: start, count: 32) else {
      throw bytes.failure(.corrupt, .damagedPart("desc chunk"))
    }
    let rate = Double(bitPattern: fields.big(0, 8))
    let channels = Int(fields.big(24, 4))
    let bits = Int(fields.big(28, 4))
    try limits.check(rate: rate, channels: channels, of: bytes)
    guard fields.has("lpcm", at: 8) else {
      throw bytes.failure(.unsupportedFormat, .format(name(fields) + " in CAF"))
    }
    let flags = fields.big(12, 4)
    let sampleBytes = Int(fields.big(16, 4)) / channels
    let encoding = SampleEncoding(
      isFloat: flags & 1 != 0, bytes: sampleBytes, isBigEndian: flags & 2 == 0)
    guard let encoding, fields.big(20, 4) == 1, (bits + 7) / 8 == sampleBytes else {
      throw bytes.failure(.unsupportedFormat, .format("\(bits)-bit PCM in CAF"))
    }
    return (encoding, rate, channels)
  }

  private static func name(_ fields: [UInt8]) -> String {
    switch String(decoding: fields[8..<12], as: UTF8.self) {
    case "ima4": "ADPCM"
    case "aac ", "aach", "aacl", "aacp": "AAC"
    case "alac": "ALAC"
    case "alaw": "A-law"
    case "ulaw": "µ-law"
    case "opus": "Opus"
    case "flac": "FLAC"
    case ".mp1", ".mp2", ".mp3": "MPEG audio"
    case "MAC3", "MAC6": "MACE"
    case "ac-3": "AC-3"
    default: "an unknown codec"
    }
  }
}
