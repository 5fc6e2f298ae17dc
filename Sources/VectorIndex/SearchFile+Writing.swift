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
    // One part at a time: the whole file would take as much memory again as the vectors. The fine codes
    // are made with the coarse ones and kept until it is their turn.
    var fine: [UInt8] = []
    let rows = stride(from: 0, to: header.count, by: header.rowsPerBlock).map {
      $0..<min(header.count, $0 + header.rowsPerBlock)
    }
    let parts = sequence(state: 0) { number -> [UInt8]? in
      defer { number += 1 }
      let blocks = head.count..<(head.count + header.blockCount)
      switch number {
      case ..<blocks.lowerBound: return head[number]
      case blocks:
        let block = number - blocks.lowerBound
        return blockBytes(number: block, of: vectors, header: header, fine: &fine)
      case blocks.upperBound: return fine
      case blocks.upperBound + 1:
        fine = []
        return keyBytes(of: vectors, header: header)
      default: break
      }
      let part = number - blocks.upperBound - 2
      if part < rows.count { return rowBytes(rows[part], of: vectors, header: header) }
      return part == rows.count ? momentBytes(of: vectors, header: header) : nil
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

  /// A block of coarse codes; appends the fine codes of its rows.
  private static func blockBytes(
    number: Int, of vectors: ExactSearch, header: SearchFileHeader, fine: inout [UInt8]
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: header.blockSize)
    let first = number * header.rowsPerBlock
    var codes = [UInt8](repeating: 0, count: header.codeBytes)
    var rest = [Float](repeating: 0, count: header.dimension)
    block.withUnsafeMutableBytes { block in
      vectors.values.withUnsafeBufferPointer { values in
        guard let start = block.baseAddress, let values = values.baseAddress else { return }
        let coarse = start.assumingMemoryBound(to: UInt8.self)
        for row in first..<min(header.count, first + header.rowsPerBlock) {
          let place = row - first
          let scales = cvk_encode(
            coarse, place, &codes, values + row * header.dimension, &rest, header.dimension)
          block.storeBytes(
            of: scales.coarse.littleEndian,
            toByteOffset: header.scalesOffset + 4 * place, as: UInt32.self)
          var bytes = codes
          bytes.append(littleEndian: scales.coarse_share.bitPattern)
          bytes.append(littleEndian: scales.fine)
          bytes.append(
            littleEndian: bytes.withUnsafeBytes { header.checksum(of: $0, number: row) })
          fine += bytes
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
