import Hashing

/// The right checksums for a search file that was changed, by its layout as docs/file-formats.md tells
/// it: the checksums would stop whatever comes after a change.
enum SearchFileSeal {
  private static let blocksOffset = 4_160

  /// Where the scales of the rows begin in a file with one block.
  static func scalesOffset(of bytes: [UInt8]) -> Int {
    blocksOffset + rows(of: bytes) * codeBytes(number(12, in: bytes))
  }

  /// Where the fine codes begin, and behind them keys and vectors, in a file with one block.
  static func fineOffset(of bytes: [UInt8]) -> Int {
    let block = rows(of: bytes) * (codeBytes(number(12, in: bytes)) + 4) + 16
    return blocksOffset + (number(48, in: bytes) > 0 ? block : 0)
  }

  /// The bytes of one vector's coarse codes, and of its fine ones.
  private static func codeBytes(_ dimension: Int) -> Int { 32 * ((dimension + 127) / 128) }

  /// The rows in a block.
  static func rows(of bytes: [UInt8]) -> Int { number(64, in: bytes) }

  /// The checksums of all parts in which one of the places lies.
  static func sums(of bytes: [UInt8], changedAt places: [Int]) -> [SearchSample.Change] {
    var sums: [SearchSample.Change] = []
    let head = bytes[..<68].withUnsafeBytes { CRC32C.checksum(of: $0) }
    let headChange = SearchSample.Change(place: 68, bytes: digits(head))
    // All other checksums go on over that of the head.
    let isHeadNew = headChange.bytes != Array(bytes[68..<72])
    if isHeadNew { sums.append(headChange) }
    func seal(_ range: Range<Int>, number: Int, sum place: Int) {
      // A change has up to four bytes.
      let isNew = places.contains { $0 < range.upperBound && $0 + 4 > range.lowerBound }
      guard isHeadNew || isNew else { return }
      let sum = bytes[range].withUnsafeBytes { CRC32C.checksum(of: $0) }
      let tail = digits(UInt64(head)) + digits(UInt64(number))
      let sealed = tail.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: sum) }
      sums.append(SearchSample.Change(place: place, bytes: digits(sealed)))
    }
    seal(128..<4_132, number: 0, sum: 4_132)
    let (dimension, count) = (number(12, in: bytes), number(48, in: bytes))
    let rows = rows(of: bytes)
    guard (1...65_536).contains(dimension), (1...bytes.count).contains(rows), count <= bytes.count
    else { return sums }
    let blockSize = rows * (codeBytes(dimension) + 4)
    var place = blocksOffset
    for block in 0..<((count + rows - 1) / rows) {
      let end = place + blockSize
      guard end + 16 <= bytes.count else { return sums }
      for quarter in 0..<4 {
        let start = place + quarter * (blockSize / 4)
        seal(start..<(start + blockSize / 4), number: 4 * block + quarter, sum: end + 4 * quarter)
      }
      place = end + 16
    }
    let fineSize = codeBytes(dimension) + 8
    for row in 0..<count {
      guard place + fineSize + 4 <= bytes.count else { return sums }
      seal(place..<(place + fineSize), number: row, sum: place + fineSize)
      place += fineSize + 4
    }
    guard place + 8 * count + 8 <= bytes.count else { return sums }
    seal(place..<(place + 8 * count), number: 0, sum: place + 8 * count)
    place += 8 * count + 8
    let rowSize = 8 + 4 * dimension
    for row in 0..<count {
      guard place + rowSize + 4 <= bytes.count else { return sums }
      seal(place..<(place + rowSize), number: row, sum: place + rowSize)
      place += rowSize + 4
    }
    let momentsSize = dimension <= 1_024 ? 4 * dimension * (dimension + 1) : 0
    guard momentsSize > 0, place + momentsSize + 4 <= bytes.count else { return sums }
    seal(place..<(place + momentsSize), number: 0, sum: place + momentsSize)
    return sums
  }

  private static func digits(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// The lower 32 bits of a number.
  private static func number(_ place: Int, in bytes: [UInt8]) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }
}
