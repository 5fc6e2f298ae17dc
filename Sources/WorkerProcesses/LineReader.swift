import Glibc

/// Lines from a descriptor, each of a bounded length whatever comes. Used by one thread at a time.
public final class LineReader {
  /// What stands between two separators.
  public enum Line: Equatable, Sendable {
    /// The bytes, without the separator.
    case bytes([UInt8])
    /// More bytes than a line may have; they are gone.
    case tooLong
  }

  private let descriptor: Int32
  private let separator: UInt8
  private let longest: Int
  private var received: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - descriptor: stays open; standard input where none is named.
  ///   - separator: the byte that ends a line.
  ///   - longest: the most bytes that a line may have.
  public init(descriptor: Int32 = 0, separator: UInt8, longest: Int) {
    self.descriptor = descriptor
    self.separator = separator
    self.longest = longest
  }

  /// The next line, waited for; nil at the end of the input. A last line needs no separator.
  public func next() -> Line? {
    var isTooLong = false
    while true {
      if let end = received[start...].firstIndex(of: separator) {
        let line = Array(received[start..<end])
        start = end + 1
        return isTooLong || line.count > longest ? .tooLong : .bytes(line)
      }
      if received.count - start > longest {
        isTooLong = true
        received.removeAll(keepingCapacity: true)
        start = 0
      }
      if isAtEnd {
        let rest = Array(received[start...])
        received.removeAll()
        start = 0
        return isTooLong ? .tooLong : rest.isEmpty ? nil : .bytes(rest)
      }
      receive()
    }
  }

  private func receive() {
    received.removeSubrange(..<start)
    start = 0
    let old = received.count
    received.append(contentsOf: repeatElement(0, count: Self.pieceSize))
    var count = 0
    repeat {
      count = received.withUnsafeMutableBytes { buffer in
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[old...])
        return read(descriptor, room.baseAddress, room.count)
      }
    } while count < 0 && errno == EINTR
    received.removeLast(Self.pieceSize - max(0, count))
    isAtEnd = count <= 0
  }

  private static let pieceSize = 1 << 14
}
