/// Inputs of tests that both this program and a reference script compute, so that no file holds them.
public enum Formula {
  /// The numbers of a name, from 0 up to 1: the upper 24 bits of those of SplitMix64 that begins at the
  /// 64-bit FNV-1a hash of the name.
  public static func numbers(_ name: String, _ count: Int) -> [Float] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var generator = SplitMix64(seed: hash)
    return (0..<count).map { _ in Float(generator.next() >> 40) / 16_777_216 }
  }
}
