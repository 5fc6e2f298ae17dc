internal import Glibc

/// What chance draws for a track: it depends on nothing but a seed and the track.
enum Chance {
  /// A number of Gumbel's distribution: adding it to values and taking the greatest is drawing without
  /// putting back.
  static func gumbel(_ seed: UInt64, _ track: Int64) -> Double {
    var z = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(bitPattern: track)
    for _ in 0..<2 {
      z &+= 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
    }
    let share = (Double(z >> 11) + 0.5) / Double(1 << 53)
    return -log(-log(share))
  }
}
