import Hashing
import TestSupport
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
  private func checksum(_ bytes: [UInt8], continuing earlier: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: earlier) }
  }

  /// The definition, one bit at a time: polynomial 0x1EDC6F41, reflected, all ones before and after.
  private func bitByBit(
    _ bytes: some Sequence<UInt8>, continuing earlier: UInt32 = 0
  ) -> UInt32 {
    var value = ~earlier
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }
    return ~value
  }

  /// RFC 3720, appendix B.4, and the check value of the catalogues of such sums.
  @Test("gives the published values")
  func published() {
    #expect(checksum([]) == 0)
    #expect(checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(checksum(Array(0...31)) == 0x46DD_794E)
    #expect(checksum(Array((0...31).reversed())) == 0x113F_DB5C)
    let command: [UInt8] = [
      0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0,
      0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
    ]
    #expect(checksum(command) == 0xD996_3A56)
  }

  @Test("is its definition at every length and every place in memory")
  func definition() {
    var random = SplitMix64(seed: 5)
    let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
    for start in 0..<9 {
      for count in 0...100 {
        let sum = bytes.withUnsafeBytes {
          CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: $0[start..<(start + count)]))
        }
        #expect(sum == bitByBit(bytes[start..<(start + count)]), "\(count) bytes from \(start)")
      }
    }
  }

  @Test("is its definition for long stretches, which are summed in lanes")
  func longStretches() {
    var random = SplitMix64(seed: 7)
    let bytes = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    for count in [3_071, 3_072, 3_073, 4_096, 6_144, 6_151, 20_000] {
      for start in [0, 1, 13] where start + count <= bytes.count {
        let part = Array(bytes[start..<(start + count)])
        #expect(checksum(part) == bitByBit(part), "\(count) bytes from \(start)")
        #expect(checksum(part, continuing: 77) == bitByBit(part, continuing: 77))
      }
    }
  }

  @Test("goes on from the sum of the bytes before")
  func continued() {
    var random = SplitMix64(seed: 6)
    let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
    let whole = checksum(bytes)
    for cut in 0...bytes.count {
      let first = checksum(Array(bytes[..<cut]))
      #expect(checksum(Array(bytes[cut...]), continuing: first) == whole)
    }
  }

  @Test("of four quarters is that of each", arguments: [0, 32, 64, 96, 4_096, 1_048_576 + 32])
  func quarters(count: Int) {
    var random = SplitMix64(seed: 7)
    // One byte more, to take the quarters from an odd place.
    let bytes = (0..<(count + 1)).map { _ in UInt8.random(in: 0...255, using: &random) }
    let sums = bytes.withUnsafeBytes {
      CRC32C.quarters(of: UnsafeRawBufferPointer(rebasing: $0[1...]))
    }
    let quarter = count / 4
    let wanted = (0..<4).map {
      checksum(Array(bytes[(1 + $0 * quarter)..<(1 + ($0 + 1) * quarter)]))
    }
    #expect(sums == wanted)
    if count == 96 {
      #expect(sums == (0..<4).map { bitByBit(bytes[(1 + $0 * 24)..<(25 + $0 * 24)]) })
    }
  }

  @Test("finds every flip of one bit")
  func flips() {
    var bytes = Array("The quick brown fox jumps over the lazy dog.".utf8)
    let whole = checksum(bytes)
    for bit in 0..<(8 * bytes.count) {
      bytes[bit / 8] ^= 1 << (bit % 8)
      #expect(checksum(bytes) != whole)
      bytes[bit / 8] ^= 1 << (bit % 8)
    }
  }

  @Test("of quarters that are no words is a mistake of the program")
  func oddQuarters() async {
    await #expect(processExitsWith: .failure) {
      _ = [UInt8](repeating: 0, count: 33).withUnsafeBytes { CRC32C.quarters(of: $0) }
    }
  }
}
