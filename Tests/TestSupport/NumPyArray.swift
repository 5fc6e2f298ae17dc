public import FileAccess

/// An array from a NumPy `.npy` file (format version 1, C order) of float32 or uint8.
public struct NumPyArray: Sendable {
  /// The length of each axis.
  public let shape: [Int]

  /// The values, the last axis fastest.
  public let values: [Float]

  /// Reads a file that the repository holds; traps if it is not such a file.
  public init(contentsOf path: String) throws(FileAccessError) {
    let bytes = try ReadableFile(FilePath(path)).contents(limit: 1 << 26)
    precondition(
      bytes.count > 10 && bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1]),
      "\(path) is no .npy file of version 1")
    let start = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
    precondition(start <= bytes.count, "\(path) is cut short")
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    precondition(header.contains("'fortran_order': False"), "\(path) is not in C order")
    guard let open = header.firstIndex(of: "("), let close = header.firstIndex(of: ")") else {
      preconditionFailure("\(path) has no shape")
    }
    shape = header[open..<close].dropFirst().split { $0 == "," || $0 == " " }.compactMap { Int($0) }
    let count = shape.reduce(1, *)
    if header.contains("'<f4'") {
      precondition(bytes.count == start + 4 * count, "\(path) is cut short")
      values = (0..<count).map { place in
        let at = start + 4 * place
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * $1) }
        return Float(bitPattern: bits)
      }
    } else {
      precondition(header.contains("'|u1'"), "\(path) is of another type: \(header)")
      precondition(bytes.count == start + count, "\(path) is cut short")
      values = bytes[start...].map(Float.init)
    }
  }
}
