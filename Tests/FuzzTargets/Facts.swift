import Catalogue
import FileAccess
import Hashing
import MusicLibrary
import Recommendation

extension FuzzTarget {
  /// What is kept beside a library of all its tracks.
  static let factsFile = FuzzTarget("facts-file", longestInput: 1_024) { input in
    try withPath(of: FactsInput.file(of: input)) { path in
      guard let facts = try damageAside({ try TrackFacts(file: path) }) ?? nil else { return }
      let count = facts.count
      try hold(count <= input.count + 8 * FactsInput.mostRows, "\(count) rows")
      let check = ConditionCheck(facts: facts)
      for text in Self.conditions {
        let condition = try TrackCondition(text)
        guard let rows = try damageAside({ try check.rows(meeting: [condition]) }) else { continue }
        try hold(rows.allSatisfy { $0 < count }, "a row that is none meets \(text)")
        let others = try damageAside {
          try check.rows(meeting: [try TrackCondition(Self.negated(text))])
        }
        guard let others else { continue }
        try hold(
          Set(rows).isDisjoint(with: others) && rows.count + others.count == count,
          "rows that neither meet \(text) nor do not, or both")
      }
      for descriptor in Descriptor.allCases {
        let all = try damageAside { try facts.values(of: descriptor) }
        let some = try damageAside { try facts.values(of: descriptor, ofRows: Array(0..<count)) }
        guard let all, let some else { continue }
        try hold(all.map(\.bitPattern) == some.map(\.bitPattern), "two ways to read \(descriptor)")
      }
    }
  }

  private static let conditions = [
    "genre=a", "artist=b", "album=ab", "year=1960..2010", "tempo=80..160", "key=Am",
    "loudness=-20..-8", "path=*/a*", "path=a/", "plays=1..", "duration=1:00..",
  ]

  private static func negated(_ condition: String) -> String {
    condition.replacing("=", with: "!=", maxReplacements: 1)
  }

  /// What `body` gives; nil where it comes upon damage.
  private static func damageAside<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch let error as CatalogueError where error.code == .damaged {
      return nil
    }
  }
}

/// An input as a file of facts. The first byte chooses between bytes as they are and a file with the right
/// head and checksums: a byte for how many rows there are, then for each column a byte that says whether it
/// has the bytes that belong to so many rows or as many as the byte says, and so many of them; those that
/// are missing are zeros.
private enum FactsInput {
  static let mostRows = 15
  /// The bytes of a number of each column, nil of those that are tables of names.
  private static let widths: [Int?] =
    [8, 4, 4, 8, 4, 4, 4, 4, 4, 4, nil, nil, nil, nil, nil]
    + Descriptor.allCases.map { _ in 4 }

  static func file(of input: [UInt8]) -> [UInt8] {
    var input = FuzzInput(input)
    guard input.byte() & 1 == 1 else { return Array(input.rest) }
    let rows = Int(input.byte()) % (mostRows + 1)
    let columns = widths.map { width in
      let choice = Int(input.byte())
      let count = choice & 1 == 0 ? (width.map { $0 * rows } ?? choice >> 1) : choice >> 1
      let bytes = input.bytes(count)
      return bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }
    var head = Array("EARSHOTF".utf8)
    head +=
      digits(UInt32(1)) + digits(UInt32(widths.count)) + digits(UInt64(rows)) + digits(UInt64(0))
    var place = head.count + 24 * columns.count + 4
    for column in columns {
      head += digits(UInt64(place)) + digits(UInt64(column.count))
      head += digits(checksum(column)) + digits(UInt32(0))
      place += column.count
    }
    return head + digits(checksum(head)) + columns.flatMap { $0 }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { CRC32C.checksum(of: $0) }
  }

  private static func digits(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
