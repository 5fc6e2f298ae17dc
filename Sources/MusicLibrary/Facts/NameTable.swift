/// Names that many tracks share, each once, in small letters and known by a number from 1; 0 is none.
package struct NameTable: Sendable {
  /// Where each name ends, and all of them behind each other.
  private let ends: [UInt32]
  private let text: [UInt8]

  package var count: Int { ends.count }

  /// The name of a number from 1.
  package subscript(_ number: Int) -> ArraySlice<UInt8> {
    text[Int(number > 1 ? ends[number - 2] : 0)..<Int(ends[number - 1])]
  }

  /// The numbers of the names that fit.
  package func numbers(where fits: (ArraySlice<UInt8>) -> Bool) -> Set<UInt32> {
    var numbers: Set<UInt32> = []
    for number in 1..<(count + 1) where fits(self[number]) { numbers.insert(UInt32(number)) }
    return numbers
  }

  /// Reads a table; nil where it is none.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    let count = Int(bytes.number(at: 0, as: UInt32.self))
    guard count <= (bytes.count - 4) / 4 else { return nil }
    ends = (0..<count).map { bytes.number(at: 4 + 4 * $0, as: UInt32.self) }
    text = Array(bytes[(4 + 4 * count)...])
    guard zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }), Int(ends.last ?? 0) == text.count
    else { return nil }
  }

  /// Gathers names and numbers them.
  struct Builder {
    private var numbers: [[UInt8]: UInt32] = [:]
    private var ends: [UInt32] = []
    private var text: [UInt8] = []

    /// The number of a name.
    mutating func number(of name: [UInt8]) -> UInt32 {
      if let number = numbers[name] { return number }
      text += name
      ends.append(UInt32(text.count))
      numbers[name] = UInt32(ends.count)
      return UInt32(ends.count)
    }

    /// The number of a label in small letters, 0 for none.
    mutating func number(of label: String?) -> UInt32 {
      label.map { number(of: Array($0.lowercased().utf8)) } ?? 0
    }

    /// The table as it is written.
    var bytes: [UInt8] {
      var bytes: [UInt8] = []
      bytes.append(number: UInt32(ends.count))
      for end in ends { bytes.append(number: end) }
      return bytes + text
    }
  }
}
