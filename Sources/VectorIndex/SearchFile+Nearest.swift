internal import CVectorKernels
internal import FileAccess

extension SearchFile {
  /// The nearest vectors by cosine, nearest first; of equal ones the smaller key first.
  ///
  /// Every row is compared by its coarse codes, those that look good enough by the fine ones too, and
  /// the best of them in full, one after the other, until the next one is further behind than codes err.
  /// - Parameters:
  ///   - query: a unit vector of ``dimension`` values.
  ///   - count: how many at the most.
  ///   - excluded: keys that do not count, nor do their sections.
  ///   - rows: the rows that count, of this file (``rows(of:)``); nil for all. Of runs of rows none
  ///     of which counts nothing is read.
  /// - Throws: `damaged` or `file`.
  public func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64> = [], among rows: RowSet? = nil
  ) throws(SearchFileError) -> [Neighbour] {
    try nearest(to: query, count: count, excluding: excluded, among: rows, path: cvk_scan_best())
  }

  /// - Parameter path: the way of scanning; all give the same answer.
  func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64>, among rows: RowSet?,
    path: cvk_scan_path
  ) throws(SearchFileError) -> [Neighbour] {
    precondition(
      query.count == dimension, "a query of \(query.count) values among vectors of \(dimension)")
    precondition(
      (rows?.rowCount ?? self.count) == self.count,
      "a set of \(rows?.rowCount ?? 0) rows among \(self.count)")
    let total = rows?.count ?? self.count
    guard count > 0, total > 0 else { return [] }
    let few = resident == nil ? max(Self.fewestCandidates, self.count / 64) : Self.fewestCandidates
    if let rows, total <= few {
      // So few that to compare all of them in full takes less time than a scan.
      let all = rows.rows.map {
        FullCandidate(score: .infinity, error: .infinity, most: .infinity, row: $0)
      }
      return try compared(all, with: query, count: count, excluding: excluded).best
    }
    var wanted = min(total, min(count, total) + excluded.count)
    while true {
      let (best, skipped) = try nearest(
        to: query, count: count, excluding: excluded, wanted: wanted, among: rows, path: path)
      // A key that does not count can have many rows, those of its sections: as long as these leave room for
      // as many others as are wanted, none of the others was pushed out.
      let enough = min(total, count.addingReportingOverflow(skipped).partialValue)
      if count >= total || wanted >= total || enough <= wanted { return best }
      wanted = enough
    }
  }

  /// The nearest of as many rows as are wanted, whether they count or not, and how many of those that
  /// were compared do not.
  private func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64>, wanted: Int, among rows: RowSet?,
    path: cvk_scan_path
  ) throws(SearchFileError) -> (best: [Neighbour], skipped: Int) {
    let total = rows?.count ?? self.count
    var room = min(total, max(Self.fewestCandidates, 16 * wanted))
    let shortlist = try shortlist(for: query, wanted: wanted, room: room, among: rows, path: path)
    // A row that scores no number is not ours, whatever its checksum says.
    guard shortlist.count >= wanted else {
      throw SearchFileError(code: .damaged, path: file.path)
    }
    var candidates = shortlist.candidates()
    while true {
      let (best, skipped, isCertain) = try compared(
        candidates, with: query, count: count, excluding: excluded)
      if isCertain || candidates.count == shortlist.count || room >= Self.largestRoom {
        return (best, skipped)
      }
      room = min(total, 4 * room, Self.largestRoom)
      candidates = shortlist.candidates(room: room)
    }
  }

  /// The rows that can be among the nearest.
  private func shortlist(
    for query: [Float], wanted: Int, room: Int, among rows: RowSet?, path: cvk_scan_path
  ) throws(SearchFileError) -> Shortlist {
    let coded = CodedQuery(query)
    let fine = FineCodes(file, header, resident: residentFine, query: coded)
    var factor: Float = 1
    while true {
      var scan = CodeScan(header, query: coded, rows: rows, path: path)
      var shortlist = Shortlist(
        fine, dimension: dimension, wanted: wanted, room: room, scale: coded.scale,
        leastFactor: factor)
      try pass(to: &scan, into: &shortlist)
      guard let measured = try shortlist.settle() else { return shortlist }
      factor = measured
    }
  }

  /// The fewest rows that are looked at more closely.
  private static let fewestCandidates = 256

  /// The most rows that are compared in full for the sake of those that are nearly alike.
  private static let largestRoom = 1 << 16

  /// Compares candidates in full, the one that can be nearest first.
  /// - Returns: the nearest, how many candidates were excluded, and whether none that is not among the
  ///   candidates can belong to the nearest.
  private func compared(
    _ candidates: [FullCandidate], with query: [Float], count: Int,
    excluding excluded: Set<Int64>
  ) throws(SearchFileError) -> (best: [Neighbour], skipped: Int, isCertain: Bool) {
    var best = BestScores(capacity: min(count, candidates.count))
    let reader = RowReader(file, header)
    var errors = CodeErrors(dimension: dimension)
    let widest = candidates.reduce(0) { max($0, $1.most - $1.score) }
    var (isCertain, skipped) = (false, 0)
    var rows: [Int: Int] = [:]
    for (place, candidate) in candidates.enumerated() {
      if place >= Self.fewestCompared {
        // Codes can err more than was expected when the candidates were put in order.
        let more = (errors.carefulFactor - 1) * widest
        if candidate.most + more < best.threshold {
          isCertain = true
          break
        }
      }
      let (key, similarity) = try reader.compare(row: candidate.row, with: query)
      // No vector of ours has such numbers, whatever its checksum says.
      guard similarity.isFinite else { throw SearchFileError(code: .damaged, path: file.path) }
      errors.add(similarity - candidate.score, length: candidate.error, at: similarity)
      if excluded.contains(SectionKey.owner(of: key)) {
        skipped += 1
        continue
      }
      best.offer(similarity, Int(key))
      rows[Int(key)] = candidate.row
    }
    return (best.sorted.map { Neighbour($0, row: rows[$0.number]) }, skipped, isCertain)
  }

  /// So many rows are compared at least: fewer would not tell how far codes err.
  private static let fewestCompared = 32

  /// Lets a scan see every block that it wants to see.
  private func pass(
    to scan: inout CodeScan, into shortlist: inout Shortlist
  ) throws(SearchFileError) {
    let wanted = (0..<header.blockCount).filter(scan.wants(block:))
    guard let resident else {
      return try Self.forEach(block: wanted, of: file, header) {
        (number, block) throws(SearchFileError) in
        try scan.scan(block: number, block, into: &shortlist)
      }
    }
    let all = UnsafeRawBufferPointer(resident.bytes)
    for number in wanted {
      let start = number * header.blockSize
      try scan.scan(
        block: number, UnsafeRawBufferPointer(rebasing: all[start..<(start + header.blockSize)]),
        into: &shortlist)
    }
  }
}
