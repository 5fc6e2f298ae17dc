internal import CChromaprint
import Glibc
internal import Synchronization

/// Chromaprint, loaded into the process when it is first asked for and never let go.
///
/// It is not linked because libavcodec comes with it, and with that dozens of libraries: loading them
/// would take longer than most commands.
final class ChromaprintLibrary: Sendable {
  static let name = "libchromaprint.so.1"

  /// The library of this process, or why there is none.
  static let loaded: Result<ChromaprintLibrary, FingerprintingError> = load()

  private let functions: cchromaprint_functions

  /// Making and freeing contexts is not safe on several threads where Chromaprint was built with FFTW.
  private let contexts = Mutex(())

  private init(_ functions: cchromaprint_functions) { self.functions = functions }

  private static func load() -> Result<ChromaprintLibrary, FingerprintingError> {
    guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? ""
      return .failure(FingerprintingError(code: .missing(reason: reason)))
    }
    var functions = cchromaprint_functions()
    guard cchromaprint_find(handle, &functions) else {
      dlclose(handle)
      return .failure(FingerprintingError(code: .incompatible))
    }
    return .success(ChromaprintLibrary(functions))
  }

  /// The version of the library, such as "1.5.1".
  var version: String {
    functions.get_version?().map { String(cString: $0) } ?? "unknown"
  }

  /// The fingerprint of mono samples of 16 bits.
  func fingerprint(
    of samples: [Int16], sampleRate: Int, algorithm: Int
  ) throws(FingerprintingError) -> Fingerprint {
    guard let context = contexts.withLock({ _ in functions.create?(CInt(algorithm)) }) else {
      throw FingerprintingError(code: .refused)
    }
    defer { contexts.withLock { _ in functions.destroy?(context) } }
    var items: UnsafeMutablePointer<UInt32>?
    var count: CInt = 0
    guard functions.start?(context, CInt(sampleRate), 1) == 1,
      functions.feed?(context, samples, CInt(samples.count)) == 1,
      functions.finish?(context) == 1,
      functions.get_raw_fingerprint?(context, &items, &count) == 1
    else { throw FingerprintingError(code: .refused) }
    defer { functions.dealloc?(items) }
    return Fingerprint(
      algorithm: algorithm,
      items: Array(UnsafeBufferPointer(start: items, count: items == nil ? 0 : Int(count))))
  }
}
