import FileAccess

/// How PCM samples are stored, in one byte order and width.
package enum SampleEncoding: String {
  case u8, s8
  case s16le, s24le, s32le, f32le, f64le
  case s16be, s24be, s32be, f32be, f64be

  /// The encoding of integers or floats of so many bytes; nil where there is none.
  package init?(isFloat: Bool, bytes: Int, isBigEndian: Bool, isUnsigned: Bool = false) {
    if bytes == 1 {
      self.init(rawValue: isFloat ? "" : isUnsigned ? "u8" : "s8")
    } else {
      self.init(rawValue: "\(isFloat ? "f" : "s")\(8 * bytes)\(isBigEndian ? "be" : "le")")
    }
  }

  package var bytes: Int {
    switch self {
    case .u8, .s8: 1
    case .s16le, .s16be: 2
    case .s24le, .s24be: 3
    case .s32le, .s32be, .f32le, .f32be: 4
    case .f64le, .f64be: 8
    }
  }
}

/// The samples of a PCM container: what they are, and which bytes of the file they fill.
package struct PCMLayout {
  package let codec: AudioCodec
  package let encoding: SampleEncoding
  package let sampleRate: Double
  package let channels: Int
  /// The bytes of the samples, within the file.
  package let data: Range<Int>
  /// Whether the header promised more than the file has.
  package let isCut: Bool

  package var frameBytes: Int { encoding.bytes * channels }
  package var frames: Int { data.count / frameBytes }
}

extension PCMLayout {
  /// Lays claimed `length` bytes of samples over what the file has from `start` on. A nil length, as
  /// programs write that do not know it beforehand, is all that is left.
  package static func data(
    start: Int, length: UInt64?, fileSize: Int
  ) -> (range: Range<Int>, isCut: Bool) {
    let start = min(start, fileSize)
    let room = fileSize - start
    guard let length else { return (start..<fileSize, false) }
    if length > UInt64(room) { return (start..<fileSize, true) }
    return (start..<(start + Int(length)), false)
  }
}
