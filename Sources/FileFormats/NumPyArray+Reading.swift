extension NumPyArray {
  /// Reads a `.npy` file of little-endian float32 in C order, format version 1.0, 2.0 or 3.0.
  ///
  /// Nothing in the file is believed before it is checked: no memory is taken for a length that
  /// the bytes do not bear out.
  /// - Throws: `notThisFormat`, `unsupportedVersion`, `unsupportedElements` (float64, big-endian,
  ///   Fortran order, …), `badHeader` or `wrongLength`.
  public init(bytes: [UInt8]) throws(FileFormatError) {
    guard bytes.starts(with: Self.magic), bytes.count >= 10 else {
      throw FileFormatError(.notThisFormat)
    }
    let (major, minor) = (bytes[6], bytes[7])
    let lengthBytes = major == 1 ? 2 : 4
    guard (1...3).contains(major), minor == 0 else {
      throw FileFormatError(.unsupportedVersion(major: major, minor: minor))
    }
    guard bytes.count >= 8 + lengthBytes else { throw FileFormatError(.badHeader) }
    let start = 8 + lengthBytes
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else { throw FileFormatError(.badHeader) }
    var parser = NumPyHeaderParser(bytes[start..<(start + length)])
    let shape = try parser.shape()

    var size = 4
    for axis in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: axis)
      guard !overflow else { throw FileFormatError(.badHeader) }
      size = product
    }
    let data = bytes[(start + length)...]
    guard data.count == size else {
      throw FileFormatError(.wrongLength(expected: size, found: data.count))
    }
    let values = data.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 4).map { offset in
        Float(
          bitPattern: UInt32(
            littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      }
    }
    self.init(shape: shape, values: values)
  }
}

/// Reads the Python dictionary in the head of a `.npy` file: just these three keys, in any order,
/// with a text, a truth value and a tuple of whole numbers.
struct NumPyHeaderParser {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The lengths of the axes.
  mutating func shape() throws(FileFormatError) -> [Int] {
    var kind: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try text()
      try expect(":")
      switch key {
      case "descr" where kind == nil: kind = try text()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try truth()
      case "shape" where shape == nil: shape = try tuple()
      default: throw FileFormatError(.badHeader)
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard rest.isEmpty, let kind, let isFortranOrder, let shape else {
      throw FileFormatError(.badHeader)
    }
    guard kind == "<f4" else { throw FileFormatError(.unsupportedElements(kind)) }
    // One axis or none is the same in both orders.
    guard !isFortranOrder || shape.count < 2 else {
      throw FileFormatError(.unsupportedElements("fortran_order"))
    }
    return shape
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }

  private mutating func skip(_ word: String) -> Bool {
    skipSpace()
    guard rest.starts(with: word.utf8) else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }

  private mutating func expect(_ word: String) throws(FileFormatError) {
    guard skip(word) else { throw FileFormatError(.badHeader) }
  }

  private mutating func text() throws(FileFormatError) -> String {
    skipSpace()
    guard let quote = rest.popFirst(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.firstIndex(of: quote)
    else { throw FileFormatError(.badHeader) }
    let text = String(decoding: rest[..<end], as: UTF8.self)
    rest = rest[(end + 1)...]
    return text
  }

  private mutating func truth() throws(FileFormatError) -> Bool {
    if skip("True") { return true }
    try expect("False")
    return false
  }

  private mutating func tuple() throws(FileFormatError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !skip(")") {
      skipSpace()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      // NumPy itself allows at most 64 axes.
      guard let number = Int(String(decoding: digits, as: UTF8.self)), numbers.count < 64 else {
        throw FileFormatError(.badHeader)
      }
      numbers.append(number)
      rest = rest.dropFirst(digits.count)
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }
}
