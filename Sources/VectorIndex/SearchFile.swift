internal import CVectorKernels
public import FileAccess
public import Hashing

/// The search file of one model: a compact copy of all vectors for finding the nearest quickly.
///
/// Each vector is held twice: as signed bytes with one scale, which are all read for each query, and
/// as the full floats, of which only the best candidates are read. Everything is checked against its
/// checksum when it is read. The library is the truth; this file is made from it and only ever
/// thrown away and made again. Layout: `SearchFileHeader` and docs/file-formats.md.
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
  /// Every row is compared in signed bytes; of those, the best few times `count` are compared again
  /// in full, and more of them where the bytes leave it open which are nearest.
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
    var room = max(64, 4 * wanted)
    while true {
      let candidates = try candidates(for: query, count: room)
      var best: [Neighbour] = []
      var error: Float = 0
      for candidate in candidates {
        let (key, vector) = try row(candidate.number)
        let similarity = cosineSimilarity(vector, query)
        error = max(error, abs(similarity - candidate.score))
        if excluded.contains(key) { continue }
        best.append(Neighbour(key: key, similarity: similarity))
      }
      best.sort { $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.key < $1.key }
      best.removeLast(max(0, best.count - count))
      // Where many rows are nearly alike, bytes do not tell them apart: a row that was left out may
      // still belong to the answer if it comes this close.
      guard candidates.count < self.count, room < Self.largestRoom, let last = best.last,
        let outermost = candidates.last, outermost.score + 2 * error >= last.similarity
      else { return best }
      room = min(8 * room, Self.largestRoom)
    }
  }

  /// The most rows that are compared in full for the sake of those that are nearly alike.
  private static let largestRoom = 1 << 14

  /// The key and the full vector of a row, in the order they were written.
  /// - Throws: `damaged` or `file`.
  public func row(_ number: Int) throws(SearchFileError) -> (key: Int64, vector: [Float]) {
    precondition((0..<count).contains(number), "row \(number) of \(count)")
    let place = header.rowsOffset + number * header.rowStride
    let bytes = try Self.read(file, at: place, count: header.rowStride)
    let end = header.rowStride - 4
    let checksum = bytes[..<end].withUnsafeBytes { CRC32C.checksum(of: $0) }
    guard checksum == bytes.littleEndian(at: end) as UInt32 else {
      throw SearchFileError(code: .damaged, path: file.path)
    }
    let vector = (0..<dimension).map {
      Float(bitPattern: bytes.littleEndian(at: 8 + 4 * $0))
    }
    return (bytes.littleEndian(at: 0), vector)
  }

  /// The rows that look nearest in signed bytes, with what they look like, nearest first.
  private func candidates(
    for query: [Float], count: Int
  ) throws(SearchFileError) -> [(score: Float, number: Int)] {
    let (scale, bytes) = Self.quantised(query)
    var best = BestScores(capacity: min(count, max(1, self.count)))
    var scores = [Float](repeating: 0, count: header.rowsPerBlock)
    var first = 0
    let scan = { (block: UnsafeRawBufferPointer) in
      guard let rows = block.baseAddress else { return }
      let used = min(self.header.rowsPerBlock, self.count - first)
      cvk_scan_int8(
        &scores, rows.assumingMemoryBound(to: Int8.self),
        (rows + self.header.scalesOffset).assumingMemoryBound(to: Float.self), used, self.dimension,
        bytes)
      // The query's own scale is the same for all and changes no order.
      var threshold = best.threshold
      for place in 0..<used where scores[place] >= threshold {
        best.offer(scores[place], first + place)
        threshold = best.threshold
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
      do throws(FileAccessError) {
        guard try file.read(at: place, into: buffer) == buffer.count else {
          throw FileAccessError(code: .system, operation: .read, path: file.path)
        }
      } catch {
        throw SearchFileError(code: .file(error.code), path: file.path)
      }
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
