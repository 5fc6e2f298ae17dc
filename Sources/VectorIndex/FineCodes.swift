internal import CVectorKernels
internal import FileAccess

/// The fine codes of single rows: kept in memory, or read from the file where they are wanted.
struct FineCodes {
  private let file: ReadableFile
  private let header: SearchFileHeader
  private let resident: ResidentBlocks?
  private let query: CodedQuery

  /// Rows that lie no further apart are read in one go: to read what lies between takes less time.
  private static let nearBytes = 2_048
  private static let largestRead = 1 << 16

  init(
    _ file: ReadableFile, _ header: SearchFileHeader, resident: ResidentBlocks?, query: CodedQuery
  ) {
    self.file = file
    self.header = header
    self.resident = resident
    self.query = query
  }

  /// What the file is where its numbers are none of ours.
  var damaged: SearchFileError { SearchFileError(code: .damaged, path: file.path) }

  /// Rows by all their codes, in the unit of the coarse scores.
  /// - Parameter rows: in ascending order.
  /// - Throws: `damaged` or `file`.
  func refined(_ rows: [Candidate]) throws(SearchFileError) -> [RefinedRow] {
    guard let last = rows.last, let first = rows.first else { return [] }
    var refined: [RefinedRow] = []
    refined.reserveCapacity(rows.count)
    if let resident {
      try append(
        rows[...], at: rows.map(\.row), in: UnsafeRawBufferPointer(resident.bytes), to: &refined)
      return refined
    }
    let stride = header.fineStride
    let room = max(1, min(Self.largestRead / stride, last.row - first.row + 1))
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: room * stride, alignment: 16)
    defer { buffer.deallocate() }
    // Rows are read until there is no more room, and then compared at once.
    var numbers: [Int] = []
    var (used, begin) = (0, 0)
    var place = 0
    while place < rows.count {
      let first = rows[place].row
      var end = place + 1
      while end < rows.count, (rows[end].row - rows[end - 1].row) * stride <= Self.nearBytes,
        rows[end].row - first + 1 <= room
      { end += 1 }
      let span = rows[end - 1].row - first + 1
      if used + span > room {
        try append(
          rows[begin..<place], at: numbers, in: UnsafeRawBufferPointer(buffer), to: &refined)
        numbers.removeAll(keepingCapacity: true)
        (used, begin) = (0, place)
      }
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer[(used * stride)..<((used + span) * stride)])
      try SearchFile.fill(part, from: file, at: header.fineOffset + first * stride)
      for candidate in rows[place..<end] {
        let start = (candidate.row - first) * stride
        try header.checkFine(
          UnsafeRawBufferPointer(rebasing: part[start..<(start + stride)]), row: candidate.row,
          path: file.path)
        numbers.append(used + candidate.row - first)
      }
      used += span
      place = end
    }
    try append(rows[begin...], at: numbers, in: UnsafeRawBufferPointer(buffer), to: &refined)
    return refined
  }

  /// - Parameter numbers: where the codes of each row stand, counted in rows.
  private func append(
    _ rows: ArraySlice<Candidate>, at numbers: [Int], in bytes: UnsafeRawBufferPointer,
    to refined: inout [RefinedRow]
  ) throws(SearchFileError) {
    guard let start = bytes.baseAddress else { return }
    let stride = header.fineStride
    var sums = [Int32](repeating: 0, count: numbers.count)
    cvk_code_sums(
      &sums, start.assumingMemoryBound(to: UInt8.self), stride, numbers, numbers.count,
      query.bytes, query.rowBytes)
    for ((candidate, number), sum) in zip(zip(rows, numbers), sums) {
      let scales = start + number * stride + header.codeBytes
      let share = Float(bitPattern: Self.word(scales))
      let fine = CodeScale(Self.word(scales + 4))
      let score = candidate.coarse * share + fine.scale * Float(sum)
      // No vector of ours scores so, whatever its checksum says.
      guard score.isFinite, CodeScale.errors.contains(candidate.error),
        CodeScale.errors.contains(fine.error)
      else { throw damaged }
      refined.append(RefinedRow(candidate: candidate, score: score, error: fine.error))
    }
  }

  private static func word(_ place: UnsafeRawPointer) -> UInt32 {
    UInt32(littleEndian: place.loadUnaligned(as: UInt32.self))
  }
}

/// The scale of the codes of a row, and how long the error is that they leave: two bfloat16 in one word.
struct CodeScale {
  let scale: Float
  let error: Float

  /// How long errors of codes that `cvk_encode` made can be.
  static let errors: ClosedRange<Float> = 0.04...16

  init(_ word: UInt32) {
    scale = Float(bitPattern: word & 0xFFFF_0000)
    error = Float(bitPattern: word << 16)
  }
}
