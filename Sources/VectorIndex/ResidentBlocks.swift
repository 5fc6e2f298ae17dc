import Glibc

/// Memory for the blocks of a search file, in pages of 2 MiB where the system gives them: a scan of
/// hundreds of megabytes would otherwise wait for the translation of addresses.
///
/// Unchecked: it is written only while the search file is being opened, and only read after that.
final class ResidentBlocks: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    bytes = .allocate(byteCount: byteCount, alignment: 2 << 20)
    // Where it is refused, ordinary pages serve.
    _ = madvise(bytes.baseAddress, byteCount, Int32(MADV_HUGEPAGE))
  }

  deinit { bytes.deallocate() }
}
