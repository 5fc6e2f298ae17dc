import Hashing

/// The right checksums for a search file that was changed, by its layout as docs/file-formats.md tells
/// it: the checksums would stop whatever comes after a change.
enum SearchFileSeal {
  private static let blocksOffset = 4_160

  /// The rows in a block.
  static func rows(of bytes: [UInt8]) -> Int { number(64, in: bytes) }

  /// The checksums of all parts in which one of the places lies.
  static func sums(of bytes: [UInt8], changedAt places: [Int]) -> [SearchSample.Change] {
    var sums: [SearchSample.Change] = []
    func seal(_ range: Range<Int>, sum place: Int) {
      // A change has up to four bytes.
      guard places.contains(where: { $0 < range.upperBound && $0 + 4 > range.lowerBound }) else {
        return
      }
      let sum = bytes[range].withUnsafeBytes { CRC32C.checksum(of: $0) }
      let digits = (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
      sums.append(SearchSample.Change(place: place, bytes: digits))
    }
    seal(0..<68, sum: 68)
    seal(128..<4_132, sum: 4_132)
    let (dimension, count) = (number(12, in: bytes), number(48, in: bytes))
    let rows = rows(of: bytes)
    guard (1...65_536).contains(dimension), (1...bytes.count).contains(rows), count <= bytes.count
    else { return sums }
    let blockSize = rows * (64 * ((dimension + 127) / 128) + 4)
    var place = blocksOffset
    for _ in 0..<((count + rows - 1) / rows) {
      let end = place + blockSize
      guard end + 16 <= bytes.count else { return sums }
      for quarter in 0..<4 {
        let start = place + quarter * (blockSize / 4)
        seal(start..<(start + blockSize / 4), sum: end + 4 * quarter)
      }
      place = end + 16
    }
    let rowSize = 8 + 4 * dimension
    for _ in 0..<count {
      guard place + rowSize + 4 <= bytes.count else { return sums }
      seal(place..<(place + rowSize), sum: place + rowSize)
      place += rowSize + 4
    }
    return sums
  }

  /// The lower 32 bits of a number.
  private static func number(_ place: Int, in bytes: [UInt8]) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }
}
