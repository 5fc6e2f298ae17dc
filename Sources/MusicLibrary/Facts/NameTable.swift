internal import CVectorKernels

/// Names that many tracks share, each once, in small letters and known by a number from 1; 0 is none.
package struct NameTable: Sendable {
  /// How many there are, where each ends in the text, and all of them behind each other.
  private let bytes: [UInt8]
  package let count: Int

  /// The name of a number from 1; nothing of any other number.
  package subscript(_ number: Int) -> ArraySlice<UInt8> {
    guard (1..<(count + 1)).contains(number) else { return [] }
    return bytes[(textStart + start(of: number))..<(textStart + end(of: number))]
  }

  private var textStart: Int { 4 + 4 * count }

  private func start(of number: Int) -> Int { number > 1 ? end(of: number - 1) : 0 }

  /// - Parameter number: from 1.
  private func end(of number: Int) -> Int { Int(bytes.number(at: 4 * number, as: UInt32.self)) }

  /// The numbers of the labels that are a name, or several names between `;`, `/`, `,` or `|` one of
  /// which it is.
  /// - Parameter name: in small letters.
  package func numbers(naming name: String) -> [Int] {
    let name = Array(name.utf8)
    guard !name.isEmpty else { return [] }
    var numbers: [Int] = []
    // One look through all names at once finds the few that can be meant.
    bytes.withUnsafeBytes { bytes in
      let text = UnsafeRawBufferPointer(rebasing: bytes[textStart...])
      var (place, number) = (0, 1)
      while let first = Self.first(name, in: text, from: place) {
        while end(of: number) <= first { number += 1 }
        let label = start(of: number)..<end(of: number)
        if number != numbers.last, Self.isPart(first..<(first + name.count), of: label, text) {
          numbers.append(number)
        }
        place = first + 1
      }
    }
    return numbers
  }

  /// The first place from one on where some bytes stand.
  private static func first(
    _ bytes: [UInt8], in text: UnsafeRawBufferPointer, from place: Int
  ) -> Int? {
    guard let start = text.baseAddress, place < text.count else { return nil }
    let found = place + cvk_find(start + place, text.count - place, bytes, bytes.count)
    return found < text.count ? found : nil
  }

  /// Whether a range of the text is a label or stands between separators in it, spaces aside.
  private static func isPart(
    _ part: Range<Int>, of label: Range<Int>, _ text: UnsafeRawBufferPointer
  ) -> Bool {
    guard part.upperBound <= label.upperBound else { return false }
    let isEnd = { (byte: UInt8) in ";/,|".utf8.contains(byte) }
    let space = UInt8(ascii: " ")
    let before = text[label.lowerBound..<part.lowerBound].last { $0 != space }
    let after = text[part.upperBound..<label.upperBound].first { $0 != space }
    return part == label || (before.map(isEnd) ?? true) && (after.map(isEnd) ?? true)
  }

  /// Reads a table; nil where it is none.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    let count = Int(bytes.number(at: 0, as: UInt32.self))
    guard count <= (bytes.count - 4) / 4 else { return nil }
    self.bytes = bytes
    self.count = count
    var last = 0
    for number in 1..<(count + 1) {
      let end = end(of: number)
      guard end >= last else { return nil }
      last = end
    }
    guard last == bytes.count - textStart else { return nil }
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
