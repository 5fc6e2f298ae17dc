internal import Glibc

/// The threads of the BLAS below LAPACK.
///
/// OpenBLAS, where it is the system's BLAS, splits its sums by how many threads it takes, of itself as
/// many as there are processors: the last bits of a result would depend on the machine and on
/// `OPENBLAS_NUM_THREADS`. The reference BLAS takes one in any case.
enum BLASThreads {
  /// OpenBLAS's own functions, where it is there. Looked up, since no other BLAS has them.
  private static let functions: (get: Getter, set: Setter)? = {
    guard let get = dlsym(nil, "openblas_get_num_threads"),
      let set = dlsym(nil, "openblas_set_num_threads")
    else { return nil }
    return (unsafeBitCast(get, to: Getter.self), unsafeBitCast(set, to: Setter.self))
  }()

  private typealias Getter = @convention(c) () -> CInt
  private typealias Setter = @convention(c) (CInt) -> Void

  /// Has all that follows computed by the calling thread alone.
  static func takeOne() {
    guard let functions, functions.get() != 1 else { return }
    functions.set(1)
  }
}
