/// The four bytes at the head of an MPEG audio frame (ISO 11172-3 section 2.4.1.3; version 2.5 is
/// Fraunhofer's extension).
package struct MPEGFrameHeader: Equatable {
  package enum Version: UInt8 {
    case v25 = 0
    case v2 = 2
    case v1 = 3
  }

  package let version: Version
  /// 1, 2 or 3.
  package let layer: Int
  package let sampleRate: Int
  /// In bits per second, 0 for free format.
  package let bitRate: Int
  package let padding: Bool
  package let hasChecksum: Bool
  package let channels: Int

  /// Reads a header; nil when the bytes are not one.
  package init?(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    guard a == 0xFF, b & 0xE0 == 0xE0 else { return nil }
    guard let version = Version(rawValue: b >> 3 & 3) else { return nil }
    let layer = 4 - Int(b >> 1 & 3)
    guard layer <= 3, c >> 4 != 15, c >> 2 & 3 != 3, d & 3 != 2 else { return nil }
    self.version = version
    self.layer = layer
    let base = Self.rates[Int(c >> 2 & 3)]
    switch version {
    case .v1: sampleRate = base
    case .v2: sampleRate = base / 2
    case .v25: sampleRate = base / 4
    }
    bitRate = 1_000 * Self.kilobits(version: version, layer: layer, index: Int(c >> 4))
    padding = c & 2 != 0
    hasChecksum = b & 1 == 0
    channels = d >> 6 == 3 ? 1 : 2
  }

  package init?(_ bytes: some RandomAccessCollection<UInt8>) {
    guard bytes.count >= 4 else { return nil }
    let b = Array(bytes.prefix(4))
    self.init(b[0], b[1], b[2], b[3])
  }

  /// Samples of each channel in a frame.
  package var samples: Int {
    switch (layer, version) {
    case (1, _): 384
    case (2, _), (3, .v1): 1_152
    default: 576
    }
  }

  /// The bytes that padding adds.
  package var paddingBytes: Int { padding ? (layer == 1 ? 4 : 1) : 0 }

  /// The frame's length in bytes with its header, or nil for free format, whose frames do not say.
  package var length: Int? {
    guard bitRate > 0 else { return nil }
    let slots = samples / 8 * bitRate / sampleRate
    return (layer == 1 ? slots / 4 * 4 : slots) + paddingBytes
  }

  /// Whether two frames can follow each other in one plain stream.
  package func matches(_ other: MPEGFrameHeader) -> Bool {
    version == other.version && layer == other.layer && sampleRate == other.sampleRate
      && (bitRate == 0) == (other.bitRate == 0)
  }

  /// Where a Xing or Info mark stands in a frame, after the header and layer III's side information.
  package var xingOffset: Int {
    switch (version, channels) {
    case (.v1, 1): 4 + 17
    case (.v1, _): 4 + 32
    case (_, 1): 4 + 9
    default: 4 + 17
    }
  }

  // Tables in bits 12 to 15 and 10 to 11 of the header; static, since a walk reads them often.
  private static let rates = [44_100, 48_000, 32_000]
  private static let rates1 = [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ]
  private static let rates2 = [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ]

  private static func kilobits(version: Version, layer: Int, index: Int) -> Int {
    (version == .v1 ? rates1 : rates2)[layer - 1][index]
  }
}
