/// The random numbers of NumPy's `default_rng(seed)`: PCG64, seeded by `SeedSequence`.
///
/// The same generator makes intervals drawn at random the same numbers as a reference in Python
/// finds. Sources: O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
/// Algorithms for Random Number Generation" (XSL-RR 128/64); NumPy's documentation of
/// `SeedSequence` (hashing after O'Neill 2015, "Developing a seed_seq Alternative"); Lemire 2019,
/// "Fast Random Integer Generation in an Interval".
package struct RandomNumbers {
  private var state: UInt128 = 0
  private let increment: UInt128
  /// The upper half of a number whose lower half was used.
  private var spare: UInt32?

  private static let multiplier: UInt128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645

  package init(seed: UInt32) {
    let words = SeedSequence(seed).words(8)
    // Four numbers of 64 bits, each its lower word first; of each pair the upper number first.
    let numbers = (0..<4).map { UInt128(words[2 * $0 + 1]) << 32 | UInt128(words[2 * $0]) }
    increment = (numbers[2] << 64 | numbers[3]) << 1 | 1
    step()
    state &+= numbers[0] << 64 | numbers[1]
    step()
  }

  private mutating func step() { state = state &* Self.multiplier &+ increment }

  mutating func next64() -> UInt64 {
    step()
    let mixed = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return mixed >> turn | mixed << ((64 - turn) & 63)
  }

  mutating func next32() -> UInt32 {
    if let word = spare {
      spare = nil
      return word
    }
    let number = next64()
    spare = UInt32(truncatingIfNeeded: number >> 32)
    return UInt32(truncatingIfNeeded: number)
  }

  /// A whole number from 0 up to, not including, `limit`, which lies in 1 ..< 2^32.
  package mutating func integer(below limit: Int) -> Int {
    guard limit > 1 else { return 0 }
    let range = UInt32(limit)
    var product = UInt64(next32()) * UInt64(range)
    if UInt32(truncatingIfNeeded: product) < range {
      let threshold = (0 &- range) % range
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(next32()) * UInt64(range)
      }
    }
    return Int(product >> 32)
  }

  /// Brings elements into a random order (Fisher and Yates, from the end), as NumPy's `permutation`.
  mutating func shuffle(_ elements: inout [Int]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      // Bits beyond those of the greatest place are cut off; what is still too large is drawn again.
      let mask = UInt32.max >> UInt32(truncatingIfNeeded: UInt32(last).leadingZeroBitCount)
      var place = next32() & mask
      while place > UInt32(last) { place = next32() & mask }
      elements.swapAt(last, Int(place))
    }
  }

  /// A number from 0 up to, not including, 1.
  mutating func unit() -> Double { Double(next64() >> 11) * 0x1p-53 }

  /// A number of the normal distribution with mean 0 and deviation 1 (Box and Muller).
  mutating func normal() -> Double {
    let radius = (-2 * logarithm(of: 1 - unit())).squareRoot()
    return radius * cosine(of: 2 * Double.pi * unit())
  }
}

/// Spreads a seed over as many words as a generator needs.
private struct SeedSequence {
  private var pool: [UInt32] = []

  init(_ entropy: UInt32) {
    var constant: UInt32 = 0x43B0_D7E5
    func hash(_ value: UInt32) -> UInt32 {
      let mixed = value ^ constant
      constant = constant &* 0x931E_8875
      let product = mixed &* constant
      return product ^ product >> 16
    }
    pool = [entropy, 0, 0, 0].map(hash)
    for source in pool.indices {
      for target in pool.indices where target != source {
        let value = 0xCA01_F9DD &* pool[target] &- 0x4973_F715 &* hash(pool[source])
        pool[target] = value ^ value >> 16
      }
    }
  }

  func words(_ count: Int) -> [UInt32] {
    var constant: UInt32 = 0x8B51_F9DD
    return (0..<count).map { number in
      let mixed = pool[number % pool.count] ^ constant
      constant = constant &* 0x58F3_8DED
      let product = mixed &* constant
      return product ^ product >> 16
    }
  }
}
