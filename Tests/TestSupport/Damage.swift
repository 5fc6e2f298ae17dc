/// What faults do to the bytes of a file.
public enum Damage: CaseIterable, Sendable {
  /// One to eight bits are turned over.
  case flips
  /// The file ends early.
  case cut
  /// A span becomes zeros.
  case zeros
  /// A span takes the place of another one of the same file.
  case splice
  /// Two spans change places.
  case swap
  /// A span comes from another file, where it lay at the same place.
  case foreign

  /// Damages bytes.
  /// - Parameters:
  ///   - part: where.
  ///   - unit: spans begin at multiples of it from the part's beginning, and are as long or several
  ///     times as long.
  ///   - other: a file of the same kind.
  public func apply(
    to bytes: inout [UInt8], in part: Range<Int>, unit: Int, other: [UInt8],
    using random: inout SplitMix64
  ) {
    let units = max(1, part.count / unit)
    func span() -> Range<Int> {
      let first = Int.random(in: 0..<units, using: &random)
      let count = Int.random(in: 1...min(4, units - first), using: &random)
      let start = part.lowerBound + first * unit
      return start..<min(part.upperBound, start + count * unit)
    }
    switch self {
    case .flips:
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: part, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
    case .cut: bytes.removeLast(bytes.count - Int.random(in: part, using: &random))
    case .zeros: for place in span() { bytes[place] = 0 }
    case .splice, .swap:
      let (from, to) = (span(), span())
      let count = min(from.count, to.count)
      let (first, second) = (Array(bytes[from].prefix(count)), Array(bytes[to].prefix(count)))
      bytes.replaceSubrange(to.lowerBound..<(to.lowerBound + count), with: first)
      if self == .swap {
        bytes.replaceSubrange(from.lowerBound..<(from.lowerBound + count), with: second)
      }
    case .foreign:
      let span = span()
      guard span.upperBound <= other.count else { return }
      bytes.replaceSubrange(span, with: other[span])
    }
  }
}
