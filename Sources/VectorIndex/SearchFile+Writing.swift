internal import CVectorKernels
public import FileAccess
public import Hashing

extension SearchFile {
  /// Writes the search file of a library beside its place and renames it there.
  /// - Parameters:
  ///   - vectors: unit vectors and the keys they go by.
  ///   - model: the identity of the model that made them.
  ///   - generation: the library's generation that they belong to.
  /// - Throws: `file`.
  public static func write(
    _ vectors: ExactSearch, model: Digest, generation: Int, to path: FilePath
  ) throws(SearchFileError) {
    let header = SearchFileHeader(
      dimension: vectors.dimension, model: model, count: vectors.keys.count, generation: generation)
    let head = [header.bytes, distributionBytes(PairDistribution(of: vectors), header: header)]
    // One part at a time: the whole file would take as much memory again as the vectors.
    let parts = sequence(state: 0) { number -> [UInt8]? in
      defer { number += 1 }
      let block = number - head.count
      if block < 0 { return head[number] }
      if block < header.blockCount { return blockBytes(number: block, of: vectors, header: header) }
      if block == header.blockCount { return keyBytes(of: vectors, header: header) }
      let rows = (block - header.blockCount - 1) * header.rowsPerBlock
      if rows >= header.count {
        let isFirstBehind = rows < header.count + header.rowsPerBlock
        return isFirstBehind ? momentBytes(of: vectors, header: header) : nil
      }
      return rowBytes(
        rows..<min(header.count, rows + header.rowsPerBlock), of: vectors, header: header)
    }
    do throws(FileAccessError) {
      try WrittenFile.replace(path, with: parts)
    } catch {
      throw SearchFileError(code: .file(error.code), path: path)
    }
  }

  private static func distributionBytes(
    _ distribution: PairDistribution?, header: SearchFileHeader
  ) -> [UInt8] {
    let steps =
      distribution?.steps ?? [Float](repeating: .nan, count: PairDistribution.stepCount)
    var bytes: [UInt8] = []
    for step in steps { bytes.append(littleEndian: step.bitPattern) }
    bytes.append(littleEndian: bytes.withUnsafeBytes { header.checksum(of: $0, number: 0) })
    let room = SearchFileHeader.blocksOffset - SearchFileHeader.size
    return bytes + [UInt8](repeating: 0, count: room - bytes.count)
  }

  private static func blockBytes(
    number: Int, of vectors: ExactSearch, header: SearchFileHeader
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: header.blockSize)
    let first = number * header.rowsPerBlock
    block.withUnsafeMutableBytes { block in
      vectors.values.withUnsafeBufferPointer { values in
        guard let start = block.baseAddress, let values = values.baseAddress else { return }
        let rows = start.assumingMemoryBound(to: UInt8.self)
        for row in first..<min(header.count, first + header.rowsPerBlock) {
          let place = row - first
          let scale = cvk_halve(rows, place, values + row * header.dimension, header.dimension)
          block.storeBytes(of: scale, toByteOffset: header.scalesOffset + 4 * place, as: Float.self)
        }
      }
    }
    let sums = block.withUnsafeBytes { CRC32C.quarters(of: $0) }
    for (quarter, sum) in sums.enumerated() {
      block.append(littleEndian: header.sealed(sum, number: 4 * number + quarter))
    }
    return block
  }

  private static func momentBytes(of vectors: ExactSearch, header: SearchFileHeader) -> [UInt8]? {
    guard header.momentsSize > 0 else { return nil }
    let values =
      SimilarityMoments(of: vectors).map { $0.mean + $0.covariance }
      ?? [Float](repeating: .nan, count: header.momentsSize / 4)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(header.momentsSize + 4)
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    bytes.append(littleEndian: bytes.withUnsafeBytes { header.checksum(of: $0, number: 0) })
    return bytes
  }

  private static func keyBytes(of vectors: ExactSearch, header: SearchFileHeader) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(header.keysSize + 8)
    for key in vectors.keys { bytes.append(littleEndian: key) }
    bytes.append(littleEndian: bytes.withUnsafeBytes { header.checksum(of: $0, number: 0) })
    return bytes + [0, 0, 0, 0]
  }

  private static func rowBytes(
    _ rows: Range<Int>, of vectors: ExactSearch, header: SearchFileHeader
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * header.rowStride)
    for row in rows {
      let start = bytes.count
      bytes.append(littleEndian: vectors.keys[row])
      for value in vectors.values[(row * header.dimension)..<((row + 1) * header.dimension)] {
        bytes.append(littleEndian: value.bitPattern)
      }
      bytes.append(
        littleEndian: bytes[start...].withUnsafeBytes { header.checksum(of: $0, number: row) })
    }
    return bytes
  }
}
