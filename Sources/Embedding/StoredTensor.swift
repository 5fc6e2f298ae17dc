internal import CVectorKernels
internal import NeuralNetwork

/// An array of numbers as a model file holds it, row-major.
public struct StoredTensor: Equatable, Sendable {
  /// How a number is written.
  public enum Precision: String, Sendable, Codable, CaseIterable {
    /// IEEE 754 binary32.
    case float32 = "F32"
    /// IEEE 754 binary16: 11 bits of precision, up to 65,504.
    case float16 = "F16"
    /// The upper half of a binary32: 8 bits of precision, the same range.
    case bfloat16 = "BF16"

    /// The bytes of a number.
    public var byteCount: Int { self == .float32 ? 4 : 2 }
  }

  /// The extent of each axis, outermost first.
  public let shape: [Int]
  /// How the numbers are written.
  public let precision: Precision
  /// The numbers, little-endian, as many as the extents multiplied.
  public let bytes: [UInt8]

  /// Takes numbers as a file holds them.
  public init(shape: [Int], precision: Precision, bytes: [UInt8]) {
    let count = shape.reduce(1, *)
    precondition(
      bytes.count == count * precision.byteCount,
      "a tensor of shape \(shape) in \(precision.rawValue) has not \(bytes.count) bytes")
    (self.shape, self.precision, self.bytes) = (shape, precision, bytes)
  }

  /// Writes numbers down, rounded to the nearest that the precision knows, to the even one of two
  /// as near. What is too large for it becomes infinite.
  public init(shape: [Int], values: [Float], precision: Precision = .float32) {
    let bytes = [UInt8](unsafeUninitializedCapacity: values.count * precision.byteCount) {
      buffer, count in
      let room = UnsafeMutableRawBufferPointer(buffer)
      count = room.count
      guard let start = room.baseAddress, !values.isEmpty else { return }
      switch precision {
      case .float32: values.withUnsafeBytes { room.copyMemory(from: $0) }
      case .float16: cvk_to_float16(start, values, values.count)
      case .bfloat16: cvk_to_bfloat16(start, values, values.count)
      }
    }
    self.init(shape: shape, precision: precision, bytes: bytes)
  }

  /// How many numbers it holds.
  public var count: Int { bytes.count / precision.byteCount }

  /// The numbers.
  public var values: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, count in
      copy(to: buffer)
      count = buffer.count
    }
  }

  /// The numbers, for a network.
  var tensor: Tensor { Tensor(shape: shape) { copy(to: $0) } }

  /// Writes the numbers into a buffer of ``count`` floats.
  func copy(to buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(buffer.count == count, "\(count) numbers into a buffer of \(buffer.count)")
    bytes.withUnsafeBytes { Self.copy($0[...], precision, to: buffer) }
  }

  /// Writes numbers as a file holds them into a buffer of as many floats.
  static func copy(
    _ bytes: Slice<UnsafeRawBufferPointer>, _ precision: Precision,
    to buffer: UnsafeMutableBufferPointer<Float>
  ) {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    guard let start = buffer.baseAddress, !buffer.isEmpty else { return }
    switch precision {
    case .float32: UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
    case .float16: cvk_from_float16(start, bytes.baseAddress, buffer.count)
    case .bfloat16: cvk_from_bfloat16(start, bytes.baseAddress, buffer.count)
    }
  }
}
