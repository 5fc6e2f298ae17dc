/// An array of single-precision numbers in C order, as a NumPy `.npy` file holds it.
public struct NumPyArray: Equatable, Sendable {
  /// The length of each axis, the slowest first.
  public let shape: [Int]
  /// All values, the last axis running fastest.
  public let values: [Float]

  /// Makes an array; `values.count` is the product of `shape`.
  public init(shape: [Int], values: [Float]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "an axis of negative length in \(shape)")
    let count = shape.reduce(1, *)
    precondition(count == values.count, "shape \(shape) holds \(count) values, not \(values.count)")
    self.shape = shape
    self.values = values
  }

  /// The whole file: ``header(shape:)`` and the values.
  public var bytes: [UInt8] {
    var bytes = Self.header(shape: shape)
    Self.append(values, to: &bytes)
    return bytes
  }

  /// The head of a `.npy` file, format version 1.0, of little-endian float32 in C order, padded
  /// with spaces so that the data begin at a multiple of 64 bytes.
  ///
  /// Source: NumPy enhancement proposal 1 and `numpy.lib.format`.
  public static func header(shape: [Int]) -> [UInt8] {
    let axes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(axes)), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    precondition(
      text.utf8.count <= 0xFFFF, "\(shape.count) axes do not fit in a version 1.0 header")
    let length = UInt16(text.utf8.count)
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text.utf8
  }

  /// Appends values as the data part of the file has them: float32, little-endian.
  public static func append(_ values: [Float], to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  static let magic: [UInt8] = [0x93] + "NUMPY".utf8
}
