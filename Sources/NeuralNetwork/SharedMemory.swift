import Glibc

/// A stretch of memory for several: tensors that read the weights of a model as they came from its file,
/// or pieces of which each belongs to one.
///
/// In large pages where the system has them: a short program that loads a model spends more time on
/// getting small pages than on reading.
///
/// Unchecked: what tensors share is written while it is made and only read afterwards; a piece is
/// written by its holder alone.
public final class SharedMemory: @unchecked Sendable {
  /// The bytes; they begin on a boundary of 2 MiB.
  public let bytes: UnsafeRawBufferPointer

  private static let largePage = 1 << 21

  /// Memory that `body` fills.
  public init<Failure>(
    byteCount: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    // Only whole large pages are given, so the last is made whole too.
    let isLarge = byteCount >= Self.largePage
    let whole =
      isLarge ? (byteCount + Self.largePage - 1) / Self.largePage * Self.largePage : byteCount
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: whole, alignment: Self.largePage)
    // Advice: what the system makes of it changes nothing but the time.
    if isLarge { madvise(room.baseAddress, whole, MADV_HUGEPAGE) }
    let used = UnsafeMutableRawBufferPointer(rebasing: room[..<byteCount])
    bytes = UnsafeRawBufferPointer(used)
    try body(used)
  }

  deinit { UnsafeMutableRawBufferPointer(mutating: bytes).deallocate() }
}

extension Tensor {
  /// A tensor of numbers that lie in shared memory, 32 bits each; a change makes a copy.
  /// - Parameter offset: where the first number begins, a multiple of 4 bytes.
  public init(shape: [Int], in memory: SharedMemory, at offset: Int) {
    let count = shape.reduce(1, *)
    precondition(
      offset >= 0 && offset.isMultiple(of: 4) && offset + 4 * count <= memory.bytes.count,
      "\(count) numbers at byte \(offset) of \(memory.bytes.count)")
    self.init(shape: shape, storage: TensorStorage(memory, at: offset, count: count))
  }
}
