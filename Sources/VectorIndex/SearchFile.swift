internal import CVectorKernels
public import FileAccess
public import Hashing

/// The search file of one model: a compact copy of all vectors for finding the nearest quickly.
///
/// Each vector is held twice: as half bytes with one scale, which are all read for each query, and
/// as the full floats, of which only the best candidates are read. A scan is as quick as memory, so
/// half a byte for each number is twice as quick as a byte; what it leaves open the floats decide.
/// Everything is checked against its checksum when it is read. The library is the truth; this file
/// is made from it and only ever thrown away and made again. Layout: `SearchFileHeader` and
/// docs/file-formats.md.
public final class SearchFile: Sendable {
  private let file: ReadableFile
  private let header: SearchFileHeader
  /// All blocks one behind the other, or nil where they are read for each query.
  private let resident: ResidentBlocks?

  /// The identity of the model that made the vectors.
  public var model: Digest { header.model }
  /// The length of each vector.
  public var dimension: Int { header.dimension }
  /// How many vectors there are.
  public var count: Int { header.count }
  /// The generation of the library the file was made from.
  public var generation: Int { header.generation }

  /// Opens a search file.
  /// - Parameter resident: whether the compact rows are kept in memory, for many queries, or read
  ///   again for each, which is quicker for one.
  /// - Throws: every code of ``SearchFileError``.
  public init(_ path: FilePath, resident: Bool) throws(SearchFileError) {
    do throws(FileAccessError) {
      file = try ReadableFile(path)
    } catch {
      throw SearchFileError(code: .file(error.code), path: path)
    }
    header = try SearchFileHeader(
      Self.read(file, at: 0, count: SearchFileHeader.size), fileSize: file.size, path: path)
    guard resident else {
      self.resident = nil
      return
    }
    let blocks = ResidentBlocks(byteCount: header.blockCount * header.blockSize)
    var place = 0
    try Self.forEachBlock(of: file, header) { block in
      UnsafeMutableRawBufferPointer(rebasing: blocks.bytes[place...]).copyMemory(from: block)
      place += block.count
    }
    self.resident = blocks
  }

  /// How similar pairs of these vectors are, nil when there are fewer than two.
  /// - Throws: `damaged` or `file`.
  public func pairDistribution() throws(SearchFileError) -> PairDistribution? {
    let size = SearchFileHeader.distributionSize
    let bytes = try Self.read(file, at: SearchFileHeader.size, count: size + 4)
    let checksum = bytes[..<size].withUnsafeBytes { CRC32C.checksum(of: $0) }
    guard checksum == bytes.littleEndian(at: size) as UInt32 else {
      throw SearchFileError(code: .damaged, path: file.path)
    }
    let steps = (0..<PairDistribution.stepCount).map {
      Float(bitPattern: bytes.littleEndian(at: 4 * $0))
    }
    return steps.allSatisfy(\.isFinite) ? PairDistribution(steps: steps) : nil
  }

  /// The nearest vectors by cosine, nearest first; of equal ones the smaller key first.
  ///
  /// Every row is compared in half bytes. The rows that look best are then compared in full, one
  /// after the other, until the next one is further behind than half bytes can err.
  /// - Parameters:
  ///   - query: a unit vector of ``dimension`` values.
  ///   - count: how many at the most.
  ///   - excluded: keys that do not count.
  /// - Throws: `damaged` or `file`.
  public func nearest(
    to query: [Float], count: Int, excluding excluded: Set<Int64> = []
  ) throws(SearchFileError) -> [Neighbour] {
    precondition(
      query.count == dimension, "a query of \(query.count) values among vectors of \(dimension)")
    guard count > 0, self.count > 0 else { return [] }
    let wanted = min(count, self.count) + excluded.count
    var room = min(self.count, max(256, 8 * wanted))
    while true {
      let candidates = try candidates(for: query, count: room)
      let (best, isCertain) = try compared(
        candidates, with: query, count: count, excluding: excluded)
      if isCertain || candidates.count == self.count || room >= Self.largestRoom { return best }
      room = min(self.count, 4 * room, Self.largestRoom)
    }
  }

  /// The most rows that are compared in full for the sake of those that are nearly alike.
  private static let largestRoom = 1 << 16

  /// Compares candidates in full, the one that looks best first.
  /// - Returns: the nearest, and whether none that is not among the candidates can belong to them.
  private func compared(
    _ candidates: [(score: Float, number: Int)], with query: [Float], count: Int,
    excluding excluded: Set<Int64>
  ) throws(SearchFileError) -> (best: [Neighbour], isCertain: Bool) {
    var best = BestScores(capacity: min(count, candidates.count))
    let reader = RowReader(file, header)
    // The largest error of the half bytes so far. Twice that is more than four deviations.
    var error: Float = 0
    var isCertain = false
    for (place, candidate) in candidates.enumerated() {
      if place >= Self.fewestCompared, candidate.score + 2 * error < best.threshold {
        isCertain = true
        break
      }
      let (key, similarity) = try reader.compare(row: candidate.number, with: query)
      error = max(error, abs(similarity - candidate.score))
      if !excluded.contains(key) { best.offer(similarity, Int(key)) }
    }
    let neighbours = best.sorted.map { Neighbour(key: Int64($0.number), similarity: $0.score) }
    return (neighbours, isCertain)
  }

  /// So many rows are compared at least: fewer would not tell how far half bytes err.
  private static let fewestCompared = 32

  /// The key and the full vector of a row, in the order they were written.
  /// - Throws: `damaged` or `file`.
  public func row(_ number: Int) throws(SearchFileError) -> (key: Int64, vector: [Float]) {
    precondition((0..<count).contains(number), "row \(number) of \(count)")
    return try RowReader(file, header).row(number)
  }

  /// The rows that look nearest in half bytes, with what they look like, nearest first.
  private func candidates(
    for query: [Float], count: Int
  ) throws(SearchFileError) -> [(score: Float, number: Int)] {
    let (scale, bytes) = Self.quantised(query)
    let path = cvk_scan_best()
    var best = BestScores(capacity: count)
    var scores = [Float](repeating: 0, count: header.rowsPerBlock)
    var places = [UInt32](repeating: 0, count: header.rowsPerBlock)
    var first = 0
    let scan = { (block: UnsafeRawBufferPointer) in
      guard let rows = block.baseAddress else { return }
      let used = min(self.header.rowsPerBlock, self.count - first)
      let padded = (used + SearchFileHeader.rowsAtOnce - 1) / SearchFileHeader.rowsAtOnce
      cvk_scan_halves(
        path, &scores, rows.assumingMemoryBound(to: UInt8.self),
        (rows + self.header.scalesOffset).assumingMemoryBound(to: Float.self),
        padded * SearchFileHeader.rowsAtOnce, self.header.chunkCount, bytes)
      // The query's own scale is the same for all and changes no order.
      let found = cvk_places_of(scores, used, best.threshold, &places)
      for place in places[..<found] where scores[Int(place)] >= best.threshold {
        best.offer(scores[Int(place)], first + Int(place))
      }
      first += used
    }
    if let resident {
      let all = UnsafeRawBufferPointer(resident.bytes)
      for start in stride(from: 0, to: all.count, by: header.blockSize) {
        scan(UnsafeRawBufferPointer(rebasing: all[start..<(start + header.blockSize)]))
      }
    } else {
      try Self.forEachBlock(of: file, header, scan)
    }
    return best.sorted.map { ($0.score * scale, $0.number) }
  }

  /// Reads each block into one buffer, checks it and passes it on.
  private static func forEachBlock(
    of file: ReadableFile, _ header: SearchFileHeader, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(SearchFileError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: header.blockStride, alignment: 64)
    defer { buffer.deallocate() }
    for number in 0..<header.blockCount {
      let place = SearchFileHeader.blocksOffset + number * header.blockStride
      let count: Int
      do throws(FileAccessError) {
        count = try file.read(at: place, into: buffer)
      } catch {
        throw SearchFileError(code: .file(error.code), path: file.path)
      }
      // Whole when it was opened: it was cut since.
      guard count == buffer.count else { throw SearchFileError(code: .damaged, path: file.path) }
      let block = UnsafeRawBufferPointer(rebasing: buffer[..<header.blockSize])
      for (quarter, sum) in CRC32C.quarters(of: block).enumerated() {
        let stored = buffer.loadUnaligned(
          fromByteOffset: header.blockSize + 4 * quarter, as: UInt32.self)
        guard sum == UInt32(littleEndian: stored) else {
          throw SearchFileError(code: .damaged, path: file.path)
        }
      }
      body(block)
    }
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

  private static func read(
    _ file: ReadableFile, at offset: Int, count: Int
  ) throws(SearchFileError) -> [UInt8] {
    do throws(FileAccessError) {
      let bytes = try file.bytes(at: offset, count: count)
      if bytes.count == count || offset == 0 { return bytes }
    } catch {
      throw SearchFileError(code: .file(error.code), path: file.path)
    }
    throw SearchFileError(code: .damaged, path: file.path)
  }
}
