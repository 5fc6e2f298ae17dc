import Synchronization

/// Memory for what oneDNN keeps in its own layout, mostly weights: many pieces in few large pages.
///
/// A program that embeds one song uses each piece once, and getting small pages would take longer than
/// writing them.
enum LargePages {
  private static let slabSize = 4 << 20
  private static let alignment = 64

  private struct Current {
    var slab: SharedMemory?
    var used = 0
  }

  private static let current = Mutex(Current())

  /// A piece of memory. It is kept as long as `owner` is.
  ///
  /// Unchecked: pieces do not overlap, and only the taker of one knows it.
  struct Piece: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let owner: SharedMemory
  }

  /// Takes a piece; its contents mean nothing yet.
  static func take(byteCount: Int) -> Piece {
    let needed = (max(1, byteCount) + alignment - 1) / alignment * alignment
    if needed > slabSize / 2 { return piece(SharedMemory(byteCount: needed) { _ in }, at: 0) }
    return current.withLock { current in
      if let slab = current.slab, current.used + needed <= slabSize {
        defer { current.used += needed }
        return piece(slab, at: current.used)
      }
      let slab = SharedMemory(byteCount: slabSize) { _ in }
      current.slab = slab
      current.used = needed
      return piece(slab, at: 0)
    }
  }

  private static func piece(_ slab: SharedMemory, at offset: Int) -> Piece {
    guard let start = slab.bytes.baseAddress else { preconditionFailure("memory without a place") }
    return Piece(start: UnsafeMutableRawPointer(mutating: start + offset), owner: slab)
  }
}
