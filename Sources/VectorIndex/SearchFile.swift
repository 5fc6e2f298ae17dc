public import FileAccess
public import Hashing

/// The search file of one model: a compact copy of all vectors for finding the nearest quickly.
///
/// Each vector is held three times: by coarse codes, two bits for each number, which are all read for each
/// query (but what a ``RowSet`` leaves out); by fine codes, two bits more, which are read only of the few
/// rows that the coarse ones leave open; and as the full floats, which decide between the
/// last. A scan is as quick as memory, so few bits are quick.
/// Everything is checked against its checksum when it is read. The library is the truth; this file
/// is made from it and only ever thrown away and made again. Layout: `SearchFileHeader` and
/// docs/file-formats.md.
public final class SearchFile: Sendable {
  let file: ReadableFile
  let header: SearchFileHeader
  /// All blocks one behind the other, or nil where they are read for each query.
  let resident: ResidentBlocks?
  /// All fine codes, likewise.
  let residentFine: ResidentBlocks?

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
      residentFine = nil
      return
    }
    let blocks = ResidentBlocks(byteCount: header.blockCount * header.blockSize)
    var place = 0
    try Self.forEach(block: 0..<header.blockCount, of: file, header) { _, block in
      UnsafeMutableRawBufferPointer(rebasing: blocks.bytes[place...]).copyMemory(from: block)
      place += block.count
    }
    self.resident = blocks
    residentFine = try Self.fineCodes(of: file, header)
  }

  private static func fineCodes(
    of file: ReadableFile, _ header: SearchFileHeader
  ) throws(SearchFileError) -> ResidentBlocks {
    let stride = header.fineStride
    let codes = ResidentBlocks(byteCount: header.count * stride)
    try fill(codes.bytes, from: file, at: header.fineOffset)
    for row in 0..<header.count {
      try header.checkFine(
        UnsafeRawBufferPointer(rebasing: codes.bytes[(row * stride)..<((row + 1) * stride)]),
        row: row, path: file.path)
    }
    return codes
  }

  /// How similar pairs of these vectors are, nil when there are fewer than two.
  /// - Throws: `damaged` or `file`.
  public func pairDistribution() throws(SearchFileError) -> PairDistribution? {
    let size = SearchFileHeader.distributionSize
    let bytes = try Self.read(file, at: SearchFileHeader.size, count: size + 4)
    let checksum = bytes[..<size].withUnsafeBytes { header.checksum(of: $0, number: 0) }
    guard checksum == bytes.littleEndian(at: size) as UInt32 else {
      throw SearchFileError(code: .damaged, path: file.path)
    }
    let steps = (0..<PairDistribution.stepCount).map {
      Float(bitPattern: bytes.littleEndian(at: 4 * $0))
    }
    return steps.allSatisfy(\.isFinite) ? PairDistribution(steps: steps) : nil
  }

  /// How similar the vectors are to any one; nil when there are fewer than two, or they are too long.
  /// - Throws: `damaged` or `file`.
  public func moments() throws(SearchFileError) -> SimilarityMoments? {
    let size = header.momentsSize
    guard size > 0 else { return nil }
    let bytes = try Self.read(file, at: header.momentsOffset, count: size + 4)
    let checksum = bytes[..<size].withUnsafeBytes { header.checksum(of: $0, number: 0) }
    guard checksum == bytes.littleEndian(at: size) as UInt32 else {
      throw SearchFileError(code: .damaged, path: file.path)
    }
    let floats = { (places: Range<Int>) in
      bytes.withUnsafeBytes { bytes in
        let words = bytes.bindMemory(to: UInt32.self)
        return places.map { Float(bitPattern: UInt32(littleEndian: words[$0])) }
      }
    }
    let (mean, covariance) = (floats(0..<dimension), floats(dimension..<(size / 4)))
    guard mean.allSatisfy(\.isFinite), covariance.allSatisfy(\.isFinite) else { return nil }
    return SimilarityMoments(mean: mean, covariance: covariance)
  }

  /// How many of the vectors are of wholes: those before the first section.
  /// - Throws: `damaged` or `file`.
  public func wholeCount() throws(SearchFileError) -> Int {
    let reader = RowReader(file, header)
    var (low, high) = (0, count)
    // Most collections have no sections, so the last row is looked at first.
    var row = count - 1
    while low < high {
      if SectionKey.isSection(try reader.row(row).key) { high = row } else { low = row + 1 }
      row = (low + high) / 2
    }
    return low
  }

  /// The rows that have one of these keys, and those of their sections. Keys that no row has do not matter.
  /// - Throws: `damaged` or `file`.
  public func rows(of keys: some Sequence<Int64>) throws(SearchFileError) -> RowSet {
    var selection = RowSelection(rowCount: count, keys: keys)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
    defer { buffer.deallocate() }
    var sum: UInt32 = 0
    for start in stride(from: 0, to: header.keysSize, by: buffer.count) {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<min(buffer.count, header.keysSize - start)])
      try Self.fill(part, from: file, at: header.keysOffset + start)
      sum = CRC32C.checksum(of: UnsafeRawBufferPointer(part), continuing: sum)
      selection.pass(UnsafeBufferPointer(part.bindMemory(to: Int64.self)))
    }
    let stored: UInt32 = try Self.read(file, at: header.keysOffset + header.keysSize, count: 4)
      .littleEndian(at: 0)
    guard header.sealed(sum, number: 0) == stored else {
      throw SearchFileError(code: .damaged, path: file.path)
    }
    return selection.rows
  }

  /// The key and the full vector of a row, in the order they were written.
  /// - Throws: `damaged` or `file`.
  public func row(_ number: Int) throws(SearchFileError) -> (key: Int64, vector: [Float]) {
    precondition((0..<count).contains(number), "row \(number) of \(count)")
    return try RowReader(file, header).row(number)
  }

  /// The full vector of an answer of this file; nil of another's.
  /// - Throws: `damaged` or `file`.
  public func vector(of neighbour: Neighbour) throws(SearchFileError) -> [Float]? {
    guard let number = neighbour.row, (0..<count).contains(number) else { return nil }
    let (key, vector) = try RowReader(file, header).row(number)
    return key == neighbour.rowKey ? vector : nil
  }

  /// Reads one block after the other into one buffer, checks it and passes it on.
  static func forEach(
    block numbers: some Sequence<Int>, of file: ReadableFile, _ header: SearchFileHeader,
    _ body: (_ number: Int, _ block: UnsafeRawBufferPointer) throws(SearchFileError) -> Void
  ) throws(SearchFileError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: header.blockStride, alignment: 64)
    defer { buffer.deallocate() }
    for number in numbers {
      try fill(buffer, from: file, at: SearchFileHeader.blocksOffset + number * header.blockStride)
      let block = UnsafeRawBufferPointer(rebasing: buffer[..<header.blockSize])
      for (quarter, sum) in CRC32C.quarters(of: block).enumerated() {
        let stored = buffer.loadUnaligned(
          fromByteOffset: header.blockSize + 4 * quarter, as: UInt32.self)
        guard header.sealed(sum, number: 4 * number + quarter) == UInt32(littleEndian: stored)
        else { throw SearchFileError(code: .damaged, path: file.path) }
      }
      try body(number, block)
    }
  }

  static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from file: ReadableFile, at offset: Int
  ) throws(SearchFileError) {
    let count: Int
    do throws(FileAccessError) {
      count = try file.read(at: offset, into: buffer)
    } catch {
      throw SearchFileError(code: .file(error.code), path: file.path)
    }
    // Whole when it was opened: it was cut since.
    guard count == buffer.count else { throw SearchFileError(code: .damaged, path: file.path) }
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
