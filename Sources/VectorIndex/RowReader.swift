internal import CVectorKernels
internal import FileAccess

/// Reads the full vectors of a search file, one at a time, into memory of its own.
struct RowReader: ~Copyable {
  private let file: ReadableFile
  private let header: SearchFileHeader
  private let buffer: UnsafeMutableRawBufferPointer

  init(_ file: ReadableFile, _ header: SearchFileHeader) {
    self.file = file
    self.header = header
    buffer = .allocate(byteCount: header.rowStride, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// The key of a row and the cosine of its vector to a query.
  /// - Throws: `damaged` or `file`.
  func compare(
    row number: Int, with query: [Float]
  ) throws(SearchFileError) -> (key: Int64, similarity: Float) {
    try read(number)
    let values = (buffer.baseAddress.unsafelyUnwrapped + 8).assumingMemoryBound(to: Float.self)
    return (key, cvk_dot(values, query, header.dimension))
  }

  /// The key and the vector of a row.
  /// - Throws: `damaged` or `file`.
  func row(_ number: Int) throws(SearchFileError) -> (key: Int64, vector: [Float]) {
    try read(number)
    return (key, vector)
  }

  private var key: Int64 { Int64(littleEndian: buffer.load(as: Int64.self)) }

  private var vector: [Float] {
    (0..<header.dimension).map {
      let bits = buffer.load(fromByteOffset: 8 + 4 * $0, as: UInt32.self)
      return Float(bitPattern: UInt32(littleEndian: bits))
    }
  }

  private func read(_ number: Int) throws(SearchFileError) {
    let count: Int
    do throws(FileAccessError) {
      count = try file.read(at: header.rowsOffset + number * header.rowStride, into: buffer)
    } catch {
      throw SearchFileError(code: .file(error.code), path: file.path)
    }
    guard count == buffer.count else { throw SearchFileError(code: .damaged, path: file.path) }
    let end = buffer.count - 4
    let stored = buffer.loadUnaligned(fromByteOffset: end, as: UInt32.self)
    let covered = UnsafeRawBufferPointer(rebasing: buffer[..<end])
    guard header.checksum(of: covered, number: number) == UInt32(littleEndian: stored) else {
      throw SearchFileError(code: .damaged, path: file.path)
    }
  }
}
