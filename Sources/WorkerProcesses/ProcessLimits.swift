internal import CSandbox

/// The limits on memory and time of the process itself.
public enum ProcessLimits {
  /// What a process says when it must end: lines, with their ends.
  public struct Words: Sendable {
    let error: String
    let output: String

    /// - Parameters:
    ///   - error: for standard error, at most 2 KiB.
    ///   - output: for standard output, at most 8 KiB.
    public init(error: String = "", output: String = "") {
      self.error = error
      self.output = output
    }
  }

  /// What a worker that ran out of memory tells its parent.
  static let exhaustedStatus: Int32 = 101

  /// Limits the memory of a worker for good; its parent learns from its end why it came.
  public static func limitWorker(to bytes: Int) {
    watch(bytes: bytes, exhausted: Words(), seconds: 0, late: Words(), status: exhaustedStatus)
  }

  /// Runs work on a stranger's file in this process, which says why and ends when it takes more memory
  /// or time than it may.
  /// - Parameters:
  ///   - limits: how much that is.
  ///   - exhausted: what is said when it takes too much memory.
  ///   - late: what is said when it takes too long.
  ///   - status: what the process ends with then.
  public static func watching<Result, Failure>(
    _ limits: WorkerLimits, exhausted: Words, late: Words, status: Int32,
    _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let seconds = UInt32(clamping: Int(limits.seconds.rounded(.up)))
    watch(
      bytes: limits.addressSpace, exhausted: exhausted, seconds: seconds, late: late,
      status: status)
    defer { csandbox_watch_no_more() }
    return try work()
  }

  private static func watch(
    bytes: Int, exhausted: Words, seconds: UInt32, late: Words, status: Int32
  ) {
    withWords(exhausted) { exhausted in
      withWords(late) { late in
        csandbox_watch(UInt64(bytes), exhausted, seconds, late, status)
      }
    }
  }

  private static func withWords(
    _ words: Words, _ body: (UnsafePointer<csandbox_words>) -> Void
  ) {
    let (error, output) = (Array(words.error.utf8CString), Array(words.output.utf8CString))
    error.withUnsafeBufferPointer { error in
      output.withUnsafeBufferPointer { output in
        // Each text ends with a NUL that is not written.
        var words = csandbox_words(
          error: error.baseAddress, error_length: error.count - 1, output: output.baseAddress,
          output_length: output.count - 1)
        body(&words)
      }
    }
  }

  /// Ends the process by a signal in so many seconds, unless it is called again before; 0 takes that
  /// back. For workers whose parent, which counts the time, may be gone.
  public static func end(inSeconds seconds: Int) {
    csandbox_end_in(UInt32(clamping: max(0, seconds)))
  }
}
