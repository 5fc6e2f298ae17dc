import Synchronization

/// Numbers on a boundary of 64 bytes, where the processor's widest loads are fast.
///
/// Unchecked: only `Tensor` holds one, and writes only while it is the only holder.
final class TensorStorage: @unchecked Sendable {
  let numbers: UnsafeMutableBufferPointer<Float>
  private let owner: Owner

  private enum Owner {
    case own(FreeBlocks.Block)
    case shared(SharedMemory)
  }

  /// Room for so many numbers, which have yet to be written.
  init(count: Int) {
    let block = FreeBlocks.shared.take(byteCount: count * MemoryLayout<Float>.stride)
    owner = .own(block)
    numbers = UnsafeMutableBufferPointer(
      start: block.start.bindMemory(to: Float.self, capacity: count), count: count)
  }

  /// Numbers of shared memory, which are not to be written to.
  init(_ memory: SharedMemory, at offset: Int, count: Int) {
    owner = .shared(memory)
    let start = memory.bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + offset) }
    numbers = UnsafeMutableBufferPointer(
      start: start?.bindMemory(to: Float.self, capacity: count), count: count)
  }

  /// Whether the numbers are somebody else's too.
  var isShared: Bool {
    if case .shared = owner { true } else { false }
  }

  deinit { if case .own(let block) = owner { FreeBlocks.shared.give(block) } }
}

/// Large blocks of memory that have served and wait to serve again.
///
/// A training step asks for the same sizes as the step before. Giving large blocks back to the
/// system and getting them again costs a page fault for every 4 KiB, a good part of a step.
private final class FreeBlocks: Sendable {
  /// A block of memory. Unchecked: whoever took it is the only one to know it.
  struct Block: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let byteCount: Int
  }

  private struct State {
    var blocks: [Int: [Block]] = [:]
    var byteCount = 0
  }

  static let shared = FreeBlocks()

  /// Smaller blocks are left to `malloc`, which keeps them by itself.
  private static let least = 1 << 18

  /// What waits at most; beyond it, blocks are given back to the system.
  private static let most = 1 << 30

  private let state = Mutex(State())

  func take(byteCount: Int) -> Block {
    if byteCount >= FreeBlocks.least {
      let kept = state.withLock { state in
        let block = state.blocks[byteCount]?.popLast()
        if let block { state.byteCount -= block.byteCount }
        return block
      }
      if let kept { return kept }
    }
    return Block(
      start: UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64),
      byteCount: byteCount)
  }

  func give(_ block: Block) {
    let isKept =
      block.byteCount >= FreeBlocks.least
      && state.withLock { state in
        guard state.byteCount + block.byteCount <= FreeBlocks.most else { return false }
        state.blocks[block.byteCount, default: []].append(block)
        state.byteCount += block.byteCount
        return true
      }
    if !isKept { block.start.deallocate() }
  }
}
