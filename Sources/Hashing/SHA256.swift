internal import CNettle

/// SHA-256 (FIPS 180-4), fed in pieces, by Nettle with the processor's instructions.
public struct SHA256: Sendable {
  private var context = sha256_ctx()

  /// Begins with no bytes.
  public init() { nettle_sha256_init(&context) }

  /// Takes more bytes in.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let address = bytes.baseAddress else { return }
    nettle_sha256_update(&context, bytes.count, address.assumingMemoryBound(to: UInt8.self))
  }

  /// Takes more bytes in.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Takes a text's UTF-8 in.
  public mutating func update(_ text: String) { update(Array(text.utf8)) }

  /// The digest of everything taken in.
  public consuming func digest() -> Digest {
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    nettle_sha256_digest(&context, bytes.count, &bytes)
    return Digest(trusted: bytes)
  }

  /// The version of the library in use, such as "3.8".
  public static var libraryVersion: String {
    "\(nettle_version_major()).\(nettle_version_minor())"
  }
}

/// 32 bytes that stand for others.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The length: 32.
  public static let byteCount = 32

  /// The bytes.
  public let bytes: [UInt8]

  init(trusted bytes: [UInt8]) { self.bytes = bytes }

  /// Takes 32 bytes; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  /// Takes 64 hexadecimal digits; nil for anything else.
  public init?(hexadecimal text: some StringProtocol) {
    let digits = Array(text.utf8)
    guard digits.count == 2 * Self.byteCount else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(of: digits[place]), let low = Self.value(of: digits[place + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  /// 64 hexadecimal digits, lower case.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// ``hexadecimal``.
  public var description: String { hexadecimal }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
