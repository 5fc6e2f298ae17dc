internal import CVectorKernels

/// Compares blocks of half bytes with one query and keeps the rows that look nearest.
struct BlockScan {
  private let header: SearchFileHeader
  private let rows: RowSet?
  private let path: cvk_scan_path
  private let query: [Int8]
  /// What the bytes of the query are to be multiplied by. It is the same for all rows and changes no
  /// order.
  private let scale: Float
  private var best: CandidateRows
  private var scores: [Float]
  private var places: [UInt32]

  /// - Parameters:
  ///   - rows: the rows that count, nil for all.
  ///   - room: how many candidates are kept.
  init(
    _ header: SearchFileHeader, query: [Float], rows: RowSet?, room: Int, path: cvk_scan_path
  ) {
    self.header = header
    self.rows = rows
    self.path = path
    (scale, self.query) = Self.quantised(query)
    best = CandidateRows(capacity: room)
    scores = [Float](repeating: 0, count: header.rowsPerBlock)
    places = [UInt32](repeating: 0, count: header.rowsPerBlock)
  }

  /// The rows that look nearest, with what they look like, nearest first.
  var candidates: [(score: Float, number: Int)] {
    best.sorted.map { ($0.score * scale, $0.number) }
  }

  /// Whether a block has a row that counts.
  func wants(block number: Int) -> Bool {
    rows?.hasAny(inGroups: groups(ofBlock: number)) ?? true
  }

  /// Compares the rows of a block.
  mutating func scan(block number: Int, _ block: UnsafeRawBufferPointer) {
    guard let start = block.baseAddress else { return }
    let packed = start.assumingMemoryBound(to: UInt8.self)
    let scales = (start + header.scalesOffset).assumingMemoryBound(to: Float.self)
    let groups = groups(ofBlock: number)
    let count = groups.count * RowSet.groupSize
    if let rows {
      rows.groups.withUnsafeBufferPointer { allowed in
        guard let allowed = allowed.baseAddress else { return }
        cvk_scan_halves_among(
          path, &scores, packed, scales, count, header.chunkCount, query,
          allowed + groups.lowerBound)
      }
    } else {
      cvk_scan_halves(path, &scores, packed, scales, count, header.chunkCount, query)
    }
    let first = number * header.rowsPerBlock
    let used = min(header.rowsPerBlock, header.count - first)
    let found = cvk_places_of(scores, used, best.threshold, &places)
    for place in places[..<found] where scores[Int(place)] >= best.threshold {
      best.offer(scores[Int(place)], first + Int(place))
    }
  }

  private func groups(ofBlock number: Int) -> Range<Int> {
    let perBlock = header.rowsPerBlock / RowSet.groupSize
    let all = (header.count + RowSet.groupSize - 1) / RowSet.groupSize
    return (number * perBlock)..<min(all, (number + 1) * perBlock)
  }

  /// The nearest signed bytes, and what to multiply them by: the largest magnitude becomes 127. Zeros
  /// up to a whole chunk.
  private static func quantised(_ query: [Float]) -> (scale: Float, bytes: [Int8]) {
    let room = 128 * SearchFileHeader.chunkCount(dimension: query.count)
    var bytes = [Int8](repeating: 0, count: room)
    let largest = query.reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return (0, bytes) }
    let scale = largest / 127
    for (place, value) in query.enumerated() {
      bytes[place] = Int8(max(-127, min(127, (value / scale).rounded())))
    }
    return (scale, bytes)
  }
}
