internal import CVectorKernels
public import FileAccess
internal import Hashing

/// Why a search file cannot be used. The remedy is always to write it again.
public struct SearchFileError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// It does not begin as a search file does.
    case notASearchFile
    /// It is of a format version this program does not know.
    case unknownVersion(UInt32)
    /// It is cut short, or a checksum does not match what it covers.
    case damaged
    /// The system could not read or write it.
    case file(FileAccessError.Code)
  }

  /// What kind of trouble it was.
  public let code: Code
  /// The file.
  public let path: FilePath
}

/// The head of a search file, and where its parts lie. Numbers are little-endian.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | `EARSHOTV` |
/// | 8 | 4 | format version, 6 |
/// | 12 | 4 | dimension |
/// | 16 | 32 | model identity |
/// | 48 | 8 | count of vectors |
/// | 56 | 8 | generation of the library it was made from |
/// | 64 | 4 | rows in a block |
/// | 68 | 4 | CRC-32C of bytes 0 to 67 |
///
/// From 128 on: 1001 32-bit floats, the similarities that 0.0 %, 0.1 %, … 100.0 % of the pairs of wholes
/// do not pass (NaN when there are fewer than two), and their CRC-32C. From 4160 on follow the
/// blocks: the coarse codes of the rows as `cvk_encode` makes them, then for each row their word of scale
/// and error, then four CRC-32C, one for each quarter of the block. The last block is as large as the
/// others. Then for each row its fine codes, the share of the coarse ones (a 32-bit float), the word of the
/// fine ones, and the CRC-32C of all that. Then the 64-bit keys of all rows
/// (``SectionKey``; those of wholes come first), their CRC-32C and four zeros. Then for each
/// vector: its key again, its 32-bit floats, and the CRC-32C of both. At the end, unless the vectors are
/// longer than 1,024: the mean of the wholes, their covariance row by row (32-bit floats, NaN when there
/// are fewer than two), and the CRC-32C of both.
///
/// Every checksum but that of the head goes on over the head's own and the number of the part, so
/// that a part of another file, or one in the place of another, is damage too.
struct SearchFileHeader: Equatable {
  static let magic = Array("EARSHOTV".utf8)
  static let version: UInt32 = 6
  static let size = 128
  static let checkedSize = 68
  static let distributionSize = 4 * PairDistribution.stepCount
  static let blocksOffset = 4160

  var dimension: Int
  var model: Digest
  var count: Int
  var generation: Int
  var rowsPerBlock: Int
  /// The CRC-32C of the head.
  private(set) var checksum: UInt32 = 0

  /// Rows are scanned this many at a time.
  static let rowsAtOnce = RowSet.groupSize

  /// A block holds about 1 MiB.
  static func rowsPerBlock(dimension: Int) -> Int {
    max(1, (1 << 20) / (cvk_code_bytes(dimension) + 4) / rowsAtOnce) * rowsAtOnce
  }

  /// The bytes of the coarse codes of a row, and of its fine codes.
  var codeBytes: Int { cvk_code_bytes(dimension) }
  var scalesOffset: Int { rowsPerBlock * codeBytes }
  var blockSize: Int { rowsPerBlock * (codeBytes + 4) }
  var blockStride: Int { blockSize + 16 }
  var blockCount: Int { (count + rowsPerBlock - 1) / rowsPerBlock }
  var fineOffset: Int { Self.blocksOffset + blockCount * blockStride }
  /// With the checksum.
  var fineStride: Int { codeBytes + 12 }
  var keysOffset: Int { fineOffset + count * fineStride }
  var keysSize: Int { 8 * count }
  var rowsOffset: Int { keysOffset + keysSize + 8 }
  var rowStride: Int { 8 + 4 * dimension + 4 }
  var momentsOffset: Int { rowsOffset + count * rowStride }
  /// Without the checksum; 0 where there are none.
  var momentsSize: Int {
    dimension <= SimilarityMoments.largestDimension ? 4 * dimension * (dimension + 1) : 0
  }
  var fileSize: Int { momentsOffset + (momentsSize > 0 ? momentsSize + 4 : 0) }

  /// The bytes that the head's own checksum covers.
  private var checkedBytes: [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: UInt32(dimension))
    bytes += model.bytes
    bytes.append(littleEndian: UInt64(count))
    bytes.append(littleEndian: UInt64(generation))
    bytes.append(littleEndian: UInt32(rowsPerBlock))
    return bytes
  }

  var bytes: [UInt8] {
    var bytes = checkedBytes
    bytes.append(littleEndian: checksum)
    return bytes + [UInt8](repeating: 0, count: Self.size - bytes.count)
  }

  /// The checksum of a part of the file.
  /// - Parameter number: its place among the parts of its kind.
  func checksum(of bytes: UnsafeRawBufferPointer, number: Int) -> UInt32 {
    sealed(CRC32C.checksum(of: bytes), number: number)
  }

  /// Takes a CRC-32C on over what tells the part from every other one.
  func sealed(_ sum: UInt32, number: Int) -> UInt32 {
    let place = (UInt64(checksum).littleEndian, UInt64(number).littleEndian)
    return withUnsafeBytes(of: place) { CRC32C.checksum(of: $0, continuing: sum) }
  }

  /// Compares the fine codes of a row with their checksum.
  func checkFine(_ row: UnsafeRawBufferPointer, row number: Int, path: FilePath)
    throws(SearchFileError)
  {
    let end = row.count - 4
    let stored = row.loadUnaligned(fromByteOffset: end, as: UInt32.self)
    let sum = checksum(of: UnsafeRawBufferPointer(rebasing: row[..<end]), number: number)
    guard sum == UInt32(littleEndian: stored) else {
      throw SearchFileError(code: .damaged, path: path)
    }
  }

  init(dimension: Int, model: Digest, count: Int, generation: Int) {
    self.dimension = dimension
    self.model = model
    self.count = count
    self.generation = generation
    rowsPerBlock = Self.rowsPerBlock(dimension: dimension)
    checksum = checkedBytes.withUnsafeBytes { CRC32C.checksum(of: $0) }
  }

  /// Reads a head; every number is checked against the size the file really has.
  init(_ bytes: [UInt8], fileSize: Int, path: FilePath) throws(SearchFileError) {
    guard bytes.count == Self.size, bytes.starts(with: Self.magic) else {
      throw SearchFileError(code: .notASearchFile, path: path)
    }
    let version: UInt32 = bytes.littleEndian(at: 8)
    guard version == Self.version else {
      throw SearchFileError(code: .unknownVersion(version), path: path)
    }
    let checksum = bytes[..<Self.checkedSize].withUnsafeBytes { CRC32C.checksum(of: $0) }
    let count: UInt64 = bytes.littleEndian(at: 48)
    let generation: UInt64 = bytes.littleEndian(at: 56)
    let dimension: UInt32 = bytes.littleEndian(at: 12)
    let rowsPerBlock: UInt32 = bytes.littleEndian(at: 64)
    guard checksum == bytes.littleEndian(at: Self.checkedSize) as UInt32,
      let model = Digest(bytes: bytes[16..<48]),
      (1...65_536).contains(dimension), fileSize <= Int.max / 4,
      count <= UInt64(fileSize) / (100 + 4 * UInt64(dimension)), generation <= UInt64(Int.max),
      rowsPerBlock == UInt32(Self.rowsPerBlock(dimension: Int(dimension)))
    else { throw SearchFileError(code: .damaged, path: path) }
    self.init(
      dimension: Int(dimension), model: model, count: Int(count), generation: Int(generation))
    guard self.fileSize == fileSize else { throw SearchFileError(code: .damaged, path: path) }
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  func littleEndian<Value: FixedWidthInteger>(at offset: Int) -> Value {
    withUnsafeBytes {
      Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
  }
}
