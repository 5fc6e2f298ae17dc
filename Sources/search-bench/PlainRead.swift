import Glibc

/// Memory that is read from one end to the other: what a scan of as many bytes cannot beat. It lies in
/// pages of 2 MiB where the system gives them, as that of a search file does.
final class PlainRead {
  private let memory: UnsafeMutableBufferPointer<SIMD8<UInt64>>
  private var seen = SIMD8<UInt64>.zero

  var byteCount: Int { 64 * memory.count }

  init(byteCount: Int) {
    let count = byteCount / 256 * 4
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * count, alignment: 2 << 20)
    _ = madvise(bytes.baseAddress, bytes.count, Int32(MADV_HUGEPAGE))
    memory = bytes.bindMemory(to: SIMD8<UInt64>.self)
    memory.initialize(repeating: SIMD8(repeating: 3))
  }

  deinit {
    // What was read is used, so that it is read.
    precondition(seen.max() <= 3)
    memory.deallocate()
  }

  func read() {
    var sums = (seen, seen, seen, seen)
    for lane in stride(from: 0, to: memory.count, by: 4) {
      sums.0 ^= memory[lane]
      sums.1 ^= memory[lane + 1]
      sums.2 ^= memory[lane + 2]
      sums.3 ^= memory[lane + 3]
    }
    seen = sums.0 ^ sums.1 ^ sums.2 ^ sums.3
  }
}
