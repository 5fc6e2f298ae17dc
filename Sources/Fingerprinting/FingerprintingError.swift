/// Why no fingerprint can be made.
public struct FingerprintingError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// The library cannot be loaded; the system's loader says why.
    case missing(reason: String)
    /// The library lacks a function.
    case incompatible
    /// The library refused the sound.
    case refused
  }

  /// What kind of trouble it was.
  public let code: Code
  /// The name the library was looked for under.
  public var library: String { ChromaprintLibrary.name }

  init(code: Code) { self.code = code }
}
