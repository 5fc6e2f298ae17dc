import FileFormats
import TestSupport
import Testing

@Suite("NumPy arrays")
struct NumPyTests {
  /// A file with a header of our choosing.
  private func file(
    _ header: String, version: UInt8 = 1, data: [UInt8] = [], claimed: Int? = nil
  ) -> [UInt8] {
    let length = claimed ?? header.utf8.count
    let bytes = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + bytes + Array(header.utf8) + data
  }

  @Test("The head is the one NumPy itself writes")
  func headerBytes() {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    let padding = String(repeating: " ", count: 58) + "\n"
    #expect(
      NumPyArray.header(shape: [2, 3])
        == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0x76, 0] + Array((text + padding).utf8))
    for shape in [[], [7], [1, 256], [278_000, 256], [1, 2, 3, 4]] {
      let header = NumPyArray.header(shape: shape)
      #expect(header.count % 64 == 0)
      #expect(header.last == 0x0A)
    }
  }

  @Test("Values are little-endian and come back bit for bit, NaN included")
  func roundTrip() throws {
    let array = NumPyArray(shape: [1, 2], values: [1, -2])
    #expect(Array(array.bytes.suffix(8)) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    var random = SplitMix64(seed: 5)
    for shape in [[], [0], [5], [3, 4], [2, 0, 3], [2, 3, 4]] {
      let values = (0..<shape.reduce(1, *)).map { _ in
        Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      }
      let read = try NumPyArray(bytes: NumPyArray(shape: shape, values: values).bytes)
      #expect(read.shape == shape)
      #expect(read.values.map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  @Test("Other versions and spellings of the head are read")
  func spellings() throws {
    let header = "{\"shape\":(1,),\"fortran_order\":True,'descr':'<f4'}\n"
    for version in [1, 2, 3] as [UInt8] {
      let array = try NumPyArray(bytes: file(header, version: version, data: [0, 0, 0x80, 0x3F]))
      #expect(array == NumPyArray(shape: [1], values: [1]))
    }
  }

  private static let good = "'descr': '<f4', 'fortran_order': False, "

  @Test(
    "A header that lies is refused",
    arguments: [
      ("", FileFormatError.Code.badHeader), ("{", .badHeader), ("{}", .badHeader),
      ("{\(good)'shape': (1, }", .badHeader), ("{\(good)'shape': (-1,)}", .badHeader),
      ("{\(good)'shape': (1,), 'shape': (1,)}", .badHeader),
      ("{\(good)'shape': (1,)} x", .badHeader),
      ("{\(good)'shape': (9223372036854775807, 9223372036854775807)}", .badHeader),
      ("{\(good)'shape': (99999999999999999999,)}", .badHeader),
      ("{\(good)'other': 1}", .badHeader),
      ("{'descr", .badHeader), ("{\(good)'shape': (1 1)}", .badHeader),
      ("{\(good)'shape': (1000000000000,)}", .wrongLength(expected: 4_000_000_000_000, found: 4)),
      ("{\(good)'shape': (0,)}", .wrongLength(expected: 0, found: 4)),
      (
        "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", .unsupportedElements(">f4")
      ),
      (
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", .unsupportedElements("|O")
      ),
      (
        "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1)}",
        .unsupportedElements("fortran_order")
      ),
    ])
  func lies(header: String, expected: FileFormatError.Code) {
    #expect(throws: FileFormatError(expected)) {
      try NumPyArray(bytes: file(header, data: [0, 0, 0, 0]))
    }
  }

  @Test("Every cut of a good file and every claimed length that is too long is refused")
  func cuts() {
    let whole = NumPyArray(shape: [3], values: [1, 2, 3]).bytes
    for length in 0..<whole.count {
      #expect(throws: FileFormatError.self) { try NumPyArray(bytes: Array(whole.prefix(length))) }
    }
    #expect(throws: FileFormatError(.badHeader)) {
      try NumPyArray(bytes: file("{}", version: 2, claimed: 0xFFFF_FFFF))
    }
    #expect(throws: FileFormatError(.unsupportedVersion(major: 9, minor: 0))) {
      try NumPyArray(bytes: file("{}", version: 9))
    }
  }

  @Test("Any bytes are an array or an error, never a trap", arguments: 0..<50 as Range<UInt64>)
  func noise(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bytes = NumPyArray(shape: [2, 2], values: [1, 2, 3, 4]).bytes
    for _ in 0..<20 {
      bytes[Int.random(in: 6..<90, using: &random)] = UInt8(truncatingIfNeeded: random.next())
      if let array = try? NumPyArray(bytes: bytes) {
        #expect(array.values.count == array.shape.reduce(1, *))
      }
    }
  }
}
