internal import CVectorKernels

/// CRC-32C (Castagnoli polynomial, RFC 3720 section 12.1): quick to compute, finds damage, proves
/// nothing against intent.
public enum CRC32C {
  /// The checksum of the bytes, continuing from that of the bytes before them (0 to start).
  public static func checksum(
    of bytes: UnsafeRawBufferPointer, continuing earlier: UInt32 = 0
  ) -> UInt32 {
    cvk_crc32c(earlier, bytes.baseAddress, bytes.count)
  }

  /// The checksums of the four equal quarters of the bytes, taken together because that is four
  /// times as fast as one after the other.
  /// - Parameter bytes: a multiple of 32 bytes.
  public static func quarters(of bytes: UnsafeRawBufferPointer) -> [UInt32] {
    precondition(bytes.count % 32 == 0, "\(bytes.count) bytes have no four quarters of words")
    var sums: [UInt32] = [0, 0, 0, 0]
    guard let address = bytes.baseAddress else { return sums }
    cvk_crc32c_four(&sums, address, bytes.count / 4)
    return sums
  }
}
