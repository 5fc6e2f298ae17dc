/// What the program tells the shell when it ends (sysexits.h for 64 and 70).
package enum ExitStatus: Int32, Sendable {
  /// All was done.
  case success = 0
  /// Some input failed; the rest was done.
  case someFailed = 1
  /// What was asked about is in the library already (`query --new`).
  case alreadyThere = 3
  /// Wrong usage.
  case usage = 64
  /// An internal error, or a library that cannot be used.
  case internalError = 70
  /// Ended by SIGINT.
  case interrupted = 130
  /// Ended by SIGTERM.
  case terminated = 143
}
