/// Reads choices and numbers off the front of an input; beyond its end everything is zero.
struct FuzzInput {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// A little-endian number of so many bytes.
  mutating func number(bytes count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(byte()) << (8 * $1) }
  }

  /// Up to so many of the next bytes.
  mutating func bytes(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}
