/// The names of the files of some rows, picked from columns that pass by in parts.
package struct FileNames {
  private let rows: [Int]
  /// Where each name begins and ends among the names of all rows.
  private var places: [Range<Int>] = []
  /// Where the name ends that stands before the next part.
  private var end = 0
  /// Where each name ends in ``bytes``.
  private var ends: [Int] = []
  /// The names, one behind the other.
  package private(set) var bytes: [UInt8] = []

  /// - Parameter rows: ascending.
  init(of rows: [Int]) {
    self.rows = rows
    places.reserveCapacity(rows.count)
  }

  /// Where the name of the row at a place stands; empty where a damaged file told of more names than
  /// there are.
  package func range(at place: Int) -> Range<Int> {
    guard place < ends.count else { return 0..<0 }
    return (place > 0 ? ends[place - 1] : 0)..<ends[place]
  }

  /// - Parameter first: the row of the first.
  mutating func learnEnds(from first: Int, _ ends: UnsafeBufferPointer<UInt32>) {
    while places.count < rows.count, rows[places.count] < first + ends.count {
      let row = rows[places.count] - first
      // Ends that do not ascend are damage, and no reason to hand out a name twice.
      let start = max(row > 0 ? Int(ends[row - 1]) : end, places.last?.upperBound ?? 0)
      places.append(start..<max(start, Int(ends[row])))
    }
    end = ends.last.map { Int($0) } ?? end
  }

  /// - Parameter first: the place of the first among the bytes of all names.
  mutating func learnBytes(from first: Int, _ part: UnsafeBufferPointer<UInt8>) {
    let last = first + part.count
    while ends.count < places.count {
      let name = places[ends.count]
      let (low, high) = (max(name.lowerBound, first), min(name.upperBound, last))
      if low < high { bytes.append(contentsOf: part[(low - first)..<(high - first)]) }
      // It goes on in the next part.
      guard name.upperBound <= last else { break }
      ends.append(bytes.count)
    }
  }
}
