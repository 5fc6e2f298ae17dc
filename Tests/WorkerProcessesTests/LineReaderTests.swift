import Glibc
import TestSupport
import Testing
import WorkerProcesses

@Suite("Lines of requests")
struct LineReaderTests {
  /// The lines of bytes that come through a pipe in pieces.
  private func lines(
    _ pieces: [[UInt8]], separator: UInt8 = 0x0A, longest: Int = 100
  ) throws -> [LineReader.Line] {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    let writer = Thread {
      for piece in pieces { _ = piece.withUnsafeBytes { write(writing, $0.baseAddress, $0.count) } }
      close(writing)
    }
    let reader = LineReader(descriptor: reading, separator: separator, longest: longest)
    var lines: [LineReader.Line] = []
    while let line = reader.next() { lines.append(line) }
    writer.join()
    close(reading)
    return lines
  }

  @Test("are the same however they come in pieces", arguments: [1, 3, 1_000])
  func pieces(size: Int) throws {
    let text = Array("one\n\ntwo words\nlast".utf8)
    let pieces = stride(from: 0, to: text.count, by: size).map {
      Array(text[$0..<min($0 + size, text.count)])
    }
    let expected = ["one", "", "two words", "last"].map { LineReader.Line.bytes(Array($0.utf8)) }
    #expect(try lines(pieces) == expected)
  }

  @Test("may hold line ends where NUL separates them")
  func separator() throws {
    let found = try lines([Array("a\nb\0c\0".utf8)], separator: 0)
    #expect(found == [.bytes(Array("a\nb".utf8)), .bytes(Array("c".utf8))])
  }

  @Test(
    "that are too long are left out, and the next one is whole", arguments: [101, 20_000, 90_000])
  func tooLong(length: Int) throws {
    let long = [UInt8](repeating: 0x78, count: length)
    #expect(
      try lines([long + Array("\nshort\n".utf8)]) == [.tooLong, .bytes(Array("short".utf8))])
    #expect(try lines([long]) == [.tooLong])
  }

  @Test("of no input are none")
  func none() throws {
    #expect(try lines([]) == [])
  }
}
