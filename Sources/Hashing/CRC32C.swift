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
}
