import TestSupport
import Testing

@testable import MusicLibrary

@Suite("What is picked from the facts of a library")
struct FactsTests {
  @Test("names of files are whole wherever the parts end in which they pass by")
  func fileNames() {
    var random = SplitMix64(seed: 5)
    let names = (0..<40).map { number in
      Array("\(number)".utf8) + [UInt8](repeating: 65, count: Int(random.next() % 9))
    }
    let bytes = names.flatMap { $0 }
    var ends: [UInt32] = []
    for name in names { ends.append((ends.last ?? 0) + UInt32(name.count)) }
    for round in 0..<60 {
      let rows = names.indices.filter { _ in round == 0 || random.next() % 4 == 0 }
      let (rowsAtOnce, bytesAtOnce) = (1 + Int(random.next() % 7), 1 + Int(random.next() % 12))
      var found = FileNames(of: rows)
      inParts(ends, of: rowsAtOnce) { found.learnEnds(from: $0, $1) }
      inParts(bytes, of: bytesAtOnce) { found.learnBytes(from: $0, $1) }
      #expect(
        rows.indices.map { Array(found.bytes[found.range(at: $0)]) } == rows.map { names[$0] })
    }
  }

  @Test("of more names than there are bytes the last are empty")
  func missingBytes() {
    var found = FileNames(of: [0, 1, 2])
    inParts([2, 4, 9], of: 3) { found.learnEnds(from: $0, $1) }
    inParts(Array("abcdef".utf8), of: 4) { found.learnBytes(from: $0, $1) }
    #expect(found.range(at: 0) == 0..<2 && found.range(at: 1) == 2..<4)
    #expect(found.range(at: 2).isEmpty)
  }

  @Test("labels are found by a whole name, not by a part of one or across two labels")
  func names() throws {
    let labels = ["Artist 5", "Artist 55", "art", "ist 5", "Rock; Artist 5", "Artist 5x", "x"]
    var builder = NameTable.Builder()
    for label in labels { _ = builder.number(of: label) }
    let table = try #require(NameTable(builder.bytes))
    #expect(table.count == labels.count)
    #expect(table.numbers(naming: "artist 5") == [1, 5])
    #expect(table.numbers(naming: "art") == [3])
    #expect(table.numbers(naming: "x") == [7])
    #expect(table.numbers(naming: "artist") == [] && table.numbers(naming: "") == [])
    #expect(
      labels.indices.map { String(decoding: table[$0 + 1], as: UTF8.self) }
        == labels.map { $0.lowercased() })
    #expect(table[0].isEmpty && table[labels.count + 1].isEmpty)
    // Damage: too many, ends that do not ascend, text that is too short.
    #expect(NameTable([]) == nil && NameTable([9, 0, 0, 0]) == nil)
    #expect(NameTable([2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 65]) == nil)
    #expect(NameTable([1, 0, 0, 0, 2, 0, 0, 0, 65]) == nil)
    #expect(NameTable([0, 0, 0, 0])?.count == 0)
  }

  private func inParts<Number>(
    _ numbers: [Number], of size: Int, _ body: (Int, UnsafeBufferPointer<Number>) -> Void
  ) {
    numbers.withUnsafeBufferPointer { numbers in
      for start in stride(from: 0, to: numbers.count, by: size) {
        let part = numbers[start..<min(start + size, numbers.count)]
        body(start, UnsafeBufferPointer(rebasing: part))
      }
    }
  }
}
