/// Numbers at random from a seed, the same everywhere: SplitMix64 (Steele, Lea and Flood 2014).
struct RandomNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The numbers of one of several pieces of work that share a seed.
  init(seed: UInt64, stream: Int) {
    var seeds = RandomNumbers(seed: seed)
    state = seeds.next() ^ (UInt64(truncatingIfNeeded: stream) &* 0xD1B5_4A32_D192_ED03)
    state = next()
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 bits.
  mutating func bits() -> UInt64 { next() }

  /// From 0 up to 1, without 1.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// From 0 up to a bound of at least 1, without the bound.
  mutating func integer(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Some of the numbers below a bound, each at most once, in ascending order.
  mutating func choose(_ chosen: Int, below bound: Int) -> [Int] {
    precondition(chosen <= bound, "\(chosen) of \(bound) numbers")
    var numbers = Array(0..<bound)
    for place in 0..<chosen { numbers.swapAt(place, place + integer(below: bound - place)) }
    return numbers.prefix(chosen).sorted()
  }
}
