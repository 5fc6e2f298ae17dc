/// Some of the rows of a collection, one bit for each: which vectors may be answers of a search.
///
/// Made once, it serves any number of searches, at once too. It belongs to the collection whose rows
/// it counts: after that has been written anew, the rows of the same keys may be others.
public struct RowSet: Equatable, Sendable {
  /// How many rows the collection has.
  public let rowCount: Int
  /// How many of them are in the set.
  public private(set) var count = 0
  /// Bit i of element g stands for row 16 g + i, as `cvk_scan_codes_among` takes them.
  private(set) var groups: [UInt16]

  /// Rows that share an element, and that a scan compares at once.
  static let groupSize = 16

  /// No row of a collection of so many.
  public init(rowCount: Int) {
    precondition(rowCount >= 0, "a collection of \(rowCount) rows")
    self.rowCount = rowCount
    groups = [UInt16](repeating: 0, count: (rowCount + Self.groupSize - 1) / Self.groupSize)
  }

  /// These rows of a collection of so many.
  public init(rowCount: Int, rows: some Sequence<Int>) {
    self.init(rowCount: rowCount)
    for row in rows { insert(row) }
  }

  /// Those of the set that are among the first rows of the collection.
  public func prefix(_ rowCount: Int) -> RowSet {
    precondition((0...self.rowCount).contains(rowCount), "\(rowCount) rows of \(self.rowCount)")
    var set = self
    let (whole, rest) = rowCount.quotientAndRemainder(dividingBy: Self.groupSize)
    for place in whole..<groups.count {
      set.groups[place] &= place == whole ? 1 << rest - 1 : 0
    }
    set.count = set.groups.reduce(0) { $0 + $1.nonzeroBitCount }
    return set
  }

  /// The first rows of a collection.
  public init(rowCount: Int, first count: Int) {
    self.init(rowCount: rowCount)
    for place in groups.indices { groups[place] = .max }
    self = prefix(count)
  }

  /// Whether a row is in the set.
  public func contains(_ row: Int) -> Bool {
    precondition((0..<rowCount).contains(row), "row \(row) of \(rowCount)")
    return groups[row / Self.groupSize] >> (row % Self.groupSize) & 1 == 1
  }

  /// Puts a row into the set.
  public mutating func insert(_ row: Int) {
    guard !contains(row) else { return }
    groups[row / Self.groupSize] |= 1 << (row % Self.groupSize)
    count += 1
  }

  /// Takes a row out of the set.
  public mutating func remove(_ row: Int) {
    guard contains(row) else { return }
    groups[row / Self.groupSize] &= ~(1 << (row % Self.groupSize))
    count -= 1
  }

  /// The rows in the set, ascending.
  public var rows: [Int] {
    var rows: [Int] = []
    rows.reserveCapacity(count)
    for (number, group) in groups.enumerated() where group != 0 {
      var rest = group
      while rest != 0 {
        rows.append(number * Self.groupSize + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return rows
  }

  /// Whether any row of some groups is in the set.
  func hasAny(inGroups groups: Range<Int>) -> Bool {
    self.groups[groups].contains { $0 != 0 }
  }
}

/// Makes a set of the rows whose keys are wanted, or that are sections of them, while the keys of a
/// collection go by in the order of the rows. Quickest where they ascend, as those of a library do: once
/// for the wholes, once for the sections.
struct RowSelection {
  private(set) var rows: RowSet
  /// Ascending, each once.
  private let wanted: [Int64]
  private var row = 0
  /// The first wanted key that is not smaller than the last one that went by.
  private var place = 0
  private var last = Int64.min

  init(rowCount: Int, keys: some Sequence<Int64>) {
    rows = RowSet(rowCount: rowCount)
    let all = Array(keys)
    // Those of a library ascend already: to find that out takes less time than sorting them again.
    let ascends = zip(all, all.dropFirst()).allSatisfy { $0 < $1 }
    guard !ascends else {
      wanted = all
      return
    }
    var wanted: [Int64] = []
    for key in all.sorted() where key != wanted.last { wanted.append(key) }
    self.wanted = wanted
  }

  /// The keys of the next rows.
  mutating func pass(_ keys: UnsafeBufferPointer<Int64>) {
    for key in keys.lazy.map(Int64.init(littleEndian:)) {
      // Most rows lie between two that are wanted.
      let owner = SectionKey.owner(of: key)
      if owner >= last, place == wanted.count || owner < wanted[place] {
        last = owner
        row += 1
      } else {
        pass(key)
      }
    }
  }

  /// The key of the next row.
  mutating func pass(_ key: Int64) {
    let key = SectionKey.owner(of: key)
    if key < last { place = 0 }
    last = key
    if place < wanted.count, wanted[place] < key {
      // Doubling steps, then halves: few of many are wanted, or many of many.
      var step = 1
      while place + step < wanted.count, wanted[place + step] < key { step *= 2 }
      var (low, high) = (place + step / 2 + 1, min(wanted.count, place + step))
      while low < high {
        let middle = (low + high) / 2
        if wanted[middle] < key { low = middle + 1 } else { high = middle }
      }
      place = low
    }
    if place < wanted.count, wanted[place] == key { rows.insert(row) }
    row += 1
  }
}
