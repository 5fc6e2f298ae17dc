internal import CVectorKernels

/// Compares blocks of coarse codes with one query, a few rows at a time.
struct CodeScan {
  /// So many rows are compared before what they score is looked at: their scores stay near.
  private static let rowsAtOnce = 1024

  private let header: SearchFileHeader
  private let query: CodedQuery
  private let rows: RowSet?
  private let path: cvk_scan_path
  private var scores: [Float]
  private var places: [UInt32]

  /// - Parameters:
  ///   - rows: the rows that count, nil for all.
  ///   - path: the way of comparing; all give the same scores.
  init(_ header: SearchFileHeader, query: CodedQuery, rows: RowSet?, path: cvk_scan_path) {
    self.header = header
    self.query = query
    self.rows = rows
    self.path = path
    scores = [Float](repeating: 0, count: Self.rowsAtOnce)
    places = [UInt32](repeating: 0, count: Self.rowsAtOnce)
  }

  /// Whether a block has a row that counts.
  func wants(block number: Int) -> Bool {
    guard let rows else { return true }
    let groups = groups(ofBlock: number)
    return rows.hasAny(inGroups: groups)
  }

  /// Compares the rows of a block and hands those that score well on to a shortlist.
  mutating func scan(
    block number: Int, _ block: UnsafeRawBufferPointer, into shortlist: inout Shortlist
  ) throws(SearchFileError) {
    let groups = groups(ofBlock: number)
    let atOnce = Self.rowsAtOnce / RowSet.groupSize
    for start in stride(from: groups.lowerBound, to: groups.upperBound, by: atOnce) {
      let part = start..<min(start + atOnce, groups.upperBound)
      if let rows, !rows.hasAny(inGroups: part) { continue }
      let skipped = (start - groups.lowerBound) * RowSet.groupSize
      compare(groups: part, behind: skipped, in: block, slack: shortlist.slack)
      let first = start * RowSet.groupSize
      let used = min(header.count, part.upperBound * RowSet.groupSize) - first
      let found = cvk_places_of(scores, used, shortlist.threshold, &places)
      let scales = header.scalesOffset + 4 * skipped
      try shortlist.take(
        places[..<found], of: scores,
        lengths: { CodeScale(block.load(fromByteOffset: scales + 4 * $0, as: UInt32.self)).error },
        behind: first)
    }
  }

  /// Fills the scores of some groups of a block: the most that the rows can be.
  /// - Parameter skipped: how many rows of the block lie before them.
  private mutating func compare(
    groups: Range<Int>, behind skipped: Int, in block: UnsafeRawBufferPointer, slack: Float
  ) {
    guard let start = block.baseAddress else { return }
    let codes = (start + skipped * header.codeBytes).assumingMemoryBound(to: UInt8.self)
    let scales = (start + header.scalesOffset + 4 * skipped).assumingMemoryBound(to: UInt32.self)
    let count = groups.count * RowSet.groupSize
    guard let rows else {
      return cvk_scan_codes(
        path, &scores, codes, scales, count, query.rowBytes, query.bytes, slack)
    }
    rows.groups.withUnsafeBufferPointer { allowed in
      guard let allowed = allowed.baseAddress else { return }
      cvk_scan_codes_among(
        path, &scores, codes, scales, count, query.rowBytes, query.bytes, slack,
        allowed + groups.lowerBound)
    }
  }

  private func groups(ofBlock number: Int) -> Range<Int> {
    let perBlock = header.rowsPerBlock / RowSet.groupSize
    let all = (header.count + RowSet.groupSize - 1) / RowSet.groupSize
    return (number * perBlock)..<min(all, (number + 1) * perBlock)
  }
}
